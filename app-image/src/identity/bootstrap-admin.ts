import type { Environment } from '../config/contract';
import type { Database } from '../database/database';
import type { Logger } from '../log';
import type { Passwords } from './passwords';

export interface BootstrapProps {
  readonly environment: Pick<Environment, 'ADMIN_EMAIL' | 'ADMIN_PASSWORD'>;
  readonly database: Pick<Database, 'query'>;
  readonly passwords: Passwords;
  readonly log: Logger;
}

const noAdministrator = `NOT EXISTS (SELECT 1 FROM users WHERE role IN ('ADMIN', 'SUPERADMIN'))`;

/** One statement: two processes that start together try the same address, and the second finds it taken. */
const create = `
  WITH created AS (
    INSERT INTO users (email, "passwordHash", role) SELECT $1, $2, 'SUPERADMIN' WHERE ${noAdministrator}
    ON CONFLICT DO NOTHING
    RETURNING id, email
  )
  INSERT INTO login_events ("userId", email, kind, succeeded) SELECT id, email, 'bootstrap', true FROM created
  RETURNING "userId"`;

/** The first administrator of a new platform. Whoever exists already is left as they are. */
export async function bootstrapAdmin({ environment, database, passwords, log }: BootstrapProps): Promise<void> {
  // Asked first, as a hash takes long and only the first boot needs one.
  const [state] = await database.query<{ needed: boolean }>(`SELECT ${noAdministrator} AS needed`);
  if (!state?.needed) return;

  const email = environment.ADMIN_EMAIL.toLowerCase();
  const hash = await passwords.hash(environment.ADMIN_PASSWORD);
  const [created] = await database.query<{ userId: string }>(create, [email, hash]);
  if (created) return log.warn({ userId: created.userId }, 'no administrator was there: made ADMIN_EMAIL one');

  const [after] = await database.query<{ needed: boolean }>(`SELECT ${noAdministrator} AS needed`);
  if (after?.needed)
    log.error(
      'there is no administrator, and ADMIN_EMAIL is the address of a user who is none: state another, or give that user the role by hand',
    );
}
