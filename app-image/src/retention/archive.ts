import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { constants, copyFile, link, lstat, mkdir, open, rename, rm, unlink, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** The file system has no second name for a file: it is another one than the file's, or knows no links. */
const needsCopy = new Set(['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK']);

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? '';

/** What is there, a broken link included. */
const statOf = (path: string): Promise<Stats | undefined> =>
  lstat(path).catch((error) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });

/**
 * Where the file goes in the archive: the same place below it, or, where another file took that name, beside it with
 * its time of change.
 */
export async function placeFor(file: string, stats: Stats, wanted: string): Promise<string> {
  if (await isFree(file, stats, wanted)) return wanted;
  const dated = `${wanted}.${stats.mtime.toISOString().replace(/[:.]/g, '-')}`;
  if (await isFree(file, stats, dated)) return dated;
  throw new Error(`${wanted} and ${dated} are other files of the archive; move one of them`);
}

/** Also where a run that was broken off has put this very file. */
async function isFree(file: string, stats: Stats, place: string): Promise<boolean> {
  const taken = await statOf(place);
  if (taken === undefined || isSame(taken, stats)) return true;
  return taken.isFile() && taken.size === stats.size && (await contentOf(place)) === (await contentOf(file));
}

const isSame = (one: Stats, other: Stats) => one.ino === other.ino && one.dev === other.dev;

/** Puts the file there and only then takes it away here. What has that name already is this file, or nothing. */
export async function archiveFile(file: string, stats: Stats, place: string): Promise<void> {
  await mkdir(dirname(place), { recursive: true });
  try {
    // Not a rename, which would replace what somebody else puts there this moment.
    await link(file, place).catch((error) => {
      if (needsCopy.has(codeOf(error))) return copy(file, stats, place);
      throw error;
    });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST' || !(await isFree(file, stats, place))) throw error;
  }
  await unlink(file);
}

async function copy(file: string, stats: Stats, place: string): Promise<void> {
  // Under its name only when it is whole.
  const partial = `${place}.${randomUUID()}.partial`;
  try {
    await copyFile(file, partial, constants.COPYFILE_EXCL);
    await utimes(partial, stats.atime, stats.mtime);
    await flush(partial);
    if ((await contentOf(partial)) !== (await contentOf(file))) throw new Error(`${file} changed while it was copied`);
    await link(partial, place).catch((error) => {
      if (needsCopy.has(codeOf(error))) return rename(partial, place);
      throw error;
    });
  } finally {
    await rm(partial, { force: true });
  }
  await flush(dirname(place));
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
}

async function contentOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
