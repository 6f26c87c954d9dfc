import { Client } from 'pg';
import { type Certificates, issueCertificates } from '../../../local/certificates';
import type { DatabaseDescription } from '../../../rehearsal/assembly/deployment';
import { type LocalDatabase, startDatabase } from '../../../rehearsal/parts/database';

jest.setTimeout(60_000);

const password = "it's a password";
const description: DatabaseDescription = {
  ...{ logicalId: 'Database', identifier: 'mr-mentor-production', databaseName: 'mas', username: 'mas_app' },
  ...{ managedPassword: true, multiAz: true, forceTls: true },
  settings: {
    max_connections: '811',
    log_min_duration_statement: '1000',
    idle_in_transaction_session_timeout: '60000',
  },
};

let certificates: Certificates;
let database: LocalDatabase;
beforeAll(async () => {
  certificates = await issueCertificates(['database.test']);
  database = await startDatabase({ description, password, certificates });
});
afterAll(async () => {
  await database?.stop();
  certificates?.remove();
});

/** As the container connects. */
async function connect(ssl: object | false = { ca: certificates.caPem, servername: 'database.test' }): Promise<Client> {
  const client = new Client({
    host: '127.0.0.1',
    port: database.port,
    database: 'mas',
    user: 'mas_app',
    password,
    ssl,
  });
  // Told by the query that was cut.
  client.on('error', () => {});
  await client.connect();
  return client;
}

it('is as it is described: TLS only, the parameters, a master user that is no superuser', async () => {
  await expect(connect(false)).rejects.toThrow('no encryption');
  const client = await connect();
  const { rows } = await client.query(
    `SELECT rolsuper, rolcreatedb, current_setting('log_min_duration_statement') AS slow,
            current_setting('synchronous_commit') AS durable, current_setting('max_connections')::int AS connections,
            pg_get_userbyid(datdba) AS owner
     FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()`,
  );
  expect(rows).toEqual([
    { rolsuper: false, rolcreatedb: true, slow: '1s', durable: 'on', connections: 400, owner: 'mas_app' },
  ]);
  await expect(client.query("COPY pg_roles TO '/tmp/roles'")).rejects.toThrow('permission denied');
  await client.end();
});

it('fails over without losing what was committed, and ends every connection', async () => {
  await database.ask('CREATE TABLE kept (number int); GRANT ALL ON kept TO mas_app');
  const committed: number[] = [];
  const { port } = database;
  const writer = await connect();
  let failing: ReturnType<LocalDatabase['failOver']> | undefined;
  const writing = (async () => {
    for (let number = 0; ; number += 1) {
      await writer.query('INSERT INTO kept VALUES ($1)', [number]);
      committed.push(number);
      if (committed.length === 50) failing = database.failOver(10);
    }
  })();
  await expect(writing).rejects.toThrow();
  expect(await failing).toMatchObject({ store: 'database', from: expect.any(Number), to: expect.any(Number) });
  expect(database.port).toBe(port);

  const kept = await database.ask<{ number: number }>('SELECT number FROM kept WHERE number >= $1', [0]);
  const numbers = new Set(kept.map(({ number }) => number));
  expect(committed.length).toBeGreaterThanOrEqual(50);
  expect(committed.filter((number) => !numbers.has(number))).toEqual([]);
  await (await connect()).end();
});
