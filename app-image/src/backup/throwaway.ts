import { randomBytes } from 'node:crypto';
import type { Environment } from '../config/contract';
import type { Logger } from '../log';
import { type Session, withSession } from './session';

const prefix = 'restore_check_';
const form = /^restore_check_(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)_[\da-f]{8}$/;
const leftOverAfterMs = 24 * 60 * 60 * 1000;

/** A database that may be filled and dropped: nothing else has a name like it. */
export type Throwaway = string & { readonly throwaway: true };

const isThrowaway = (name: string): name is Throwaway => form.test(name);

export function newThrowaway(at = new Date()): Throwaway {
  const stamp = at.toISOString().replace(/\D/g, '').slice(0, 14);
  return checked(`${prefix}${stamp}_${randomBytes(4).toString('hex')}`);
}

function checked(name: string): Throwaway {
  if (isThrowaway(name)) return name;
  throw new Error(`${name} is no throwaway database; it must be like ${prefix}20261120191500_1a2b3c4d`);
}

/** @throws where the live database could be taken for a throwaway one */
export function refuseLiveName({ DB_NAME: name }: Environment): void {
  if (name.startsWith(prefix)) throw new Error(`DB_NAME is ${name}: names that begin so are dropped; rename it`);
}

/** Empty, whatever the server's own template holds. */
export async function createThrowaway(session: Session, name: Throwaway): Promise<void> {
  await session.query(`CREATE DATABASE ${checked(name)} TEMPLATE template0`);
}

/** On a connection of its own, since the one that created it may be gone. */
export async function dropThrowaway(environment: Environment, log: Logger, name: Throwaway): Promise<void> {
  await withSession(environment, log, (session) =>
    session.query(`DROP DATABASE IF EXISTS ${checked(name)} WITH (FORCE)`),
  ).catch(({ message }: Error) => {
    throw new Error(`The database ${name} could not be dropped (${message}); drop it by hand, it takes up space`);
  });
}

/** Those of runs that were killed. Not by force: one that is in use is not left over. */
export async function dropLeftOvers(session: Session, log: Logger, now = new Date()): Promise<void> {
  const names = await session.query<{ datname: string }>(
    "SELECT datname FROM pg_database WHERE datname LIKE 'restore%'",
  );
  for (const { datname } of names) {
    if (!isThrowaway(datname) || now.getTime() - createdAt(datname) < leftOverAfterMs) continue;
    await session.query(`DROP DATABASE ${datname}`).then(
      () => log.warn({ database: datname }, 'dropped what an earlier run had left behind'),
      ({ message }: Error) => log.warn({ database: datname, reason: message }, 'a left-over database stays'),
    );
  }
}

const createdAt = (name: Throwaway) => Date.parse(name.replace(form, '$1-$2-$3T$4:$5:$6Z'));
