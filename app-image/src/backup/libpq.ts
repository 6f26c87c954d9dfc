import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../config/contract';
import type { Login } from '../database/credentials';
import { authorities } from '../database/tls';

/** In seconds; pg_dump would otherwise notice a server that is gone after two hours. */
export const noticeGone = 'keepalives_idle=30 keepalives_interval=10 keepalives_count=3 tcp_user_timeout=60000';

/** What pg_dump and pg_restore connect by, verified as the service's own connections are: never in their arguments. */
export async function withLibpq<T>(
  environment: Environment,
  { username, password }: Login,
  work: (variables: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const { DB_HOST: host, DB_PORT: port, DB_NAME: name, DB_INSTANCE_IDENTIFIER: instance } = environment;
  const variables = {
    PGHOST: host,
    PGPORT: String(port),
    PGDATABASE: name,
    PGUSER: username,
    PGPASSWORD: password,
    PGCONNECT_TIMEOUT: String(environment.DB_POOL_TIMEOUT),
    PGAPPNAME: 'mr-mentor-backup',
  };
  if (instance === undefined) return work({ ...variables, PGSSLMODE: 'disable' });
  // The one thing that libpq takes from a file only.
  const folder = await mkdtemp(join(tmpdir(), 'mr-mentor-authorities-'));
  try {
    const file = join(folder, 'authorities.pem');
    await writeFile(file, (await authorities(environment)).join('\n'));
    return await work({ ...variables, PGSSLMODE: 'verify-full', PGSSLROOTCERT: file });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
