import { findPostgresClients, INSTALL_POSTGRES_CLIENT, type PostgresClient } from '../../../local/postgres-client';
import { motoTests } from '../../../test/moto';

/** Of the server that all tests share. */
const sharedMajor = 16;

const clients = findPostgresClients();
/**
 * Of the shared server's own version, since a newer pg_restore sends what an older server does not know; else any
 * that comes with a server, which is then started.
 */
const client = clients.find(({ major }) => major === sharedMajor) ?? clients.find(({ withServer }) => withServer);

/** What the tests of backups need beside the shared servers, and what to do where it is missing. */
export function backupTests(untried: string) {
  const moto = motoTests(untried);
  if (client !== undefined)
    return { ...moto, client: moto.found ? client : undefined, ownServer: client.major !== sharedMajor };
  const why = ` (SKIPPED: there are no pg_dump and pg_restore; ${INSTALL_POSTGRES_CLIENT})`;
  process.stderr.write(`${untried}${why}\n`);
  return { found: false, it: it.skip, why, client: undefined as PostgresClient | undefined, ownServer: false };
}
