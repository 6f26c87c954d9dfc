import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const dayMs = 24 * 60 * 60 * 1000;

/** A folder of a test's own, in which files are as old as it likes. */
export class Folder {
  readonly path: string;

  constructor(parent = tmpdir()) {
    this.path = mkdtempSync(join(parent, 'mr-mentor-retention-'));
  }

  /** @param days since its last change */
  write(name: string, days: number, content = `content of ${name}`): string {
    const file = join(this.path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    const at = new Date(Date.now() - days * dayMs);
    utimesSync(file, at, at);
    return file;
  }

  /** Every file and link below it with what is in it. */
  files(below = ''): Record<string, string> {
    const root = join(this.path, below);
    return Object.fromEntries(
      readdirSync(root, { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry): [string, string] => {
          const path = join(entry.parentPath, entry.name);
          const content = entry.isSymbolicLink() ? `-> ${readlinkSync(path)}` : readFileSync(path, 'utf8');
          return [path.slice(root.length + (below === '' ? 1 : 1)), content];
        })
        .sort(([one], [other]) => one.localeCompare(other)),
    );
  }

  /** Changes with any file's name, content or time of change. */
  fingerprint(): string {
    const seen = Object.entries(this.files()).map(([name, content]) => [name, content, this.changed(name)]);
    return createHash('sha256').update(JSON.stringify(seen)).digest('hex');
  }

  changed(name: string): number {
    return statSync(join(this.path, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
