import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isExecutable, onPath } from './executable';

/** For whoever goes without them, to say how to have them. */
export const INSTALL_POSTGRES_CLIENT =
  'apt-get install postgresql-client-16 (of apt.postgresql.org; or any postgresql, server included), or brew install postgresql@16';

/** Where distributions keep one folder for each version. */
const FOLDERS = ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt'];

/** A folder with `bin/pg_dump` and `bin/pg_restore`. */
export interface PostgresClient {
  readonly folder: string;
  readonly major: number;
  /** `initdb` and `postgres` lie beside them. */
  readonly withServer: boolean;
}

/** Every one on this machine, the newest first. */
export function findPostgresClients(): PostgresClient[] {
  const found = candidates().flatMap((folder) => clientIn(folder) ?? []);
  return found.sort((a, b) => b.major - a.major || Number(b.withServer) - Number(a.withServer));
}

function candidates(): string[] {
  const stated = process.env.POSTGRES_CLIENT_FOLDER;
  const first = onPath('pg_dump');
  const versions = FOLDERS.flatMap((folder) =>
    namesIn(folder)
      .filter((name) => /^(\d+|postgresql@\d+|libpq)$/.test(name))
      .map((name) => join(folder, name)),
  );
  return [...new Set([...(stated ? [stated] : []), ...(first ? [dirname(dirname(first))] : []), ...versions])];
}

function clientIn(folder: string): PostgresClient | undefined {
  const has = (...names: string[]) => names.every((name) => isExecutable(join(folder, 'bin', name)));
  if (!has('pg_dump', 'pg_restore')) return undefined;
  const version = execFileSync(join(folder, 'bin', 'pg_dump'), ['--version'], { encoding: 'utf8' });
  return { folder, major: Number(/\) (\d+)/.exec(version)?.[1]), withServer: has('initdb', 'postgres') };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
