import { existsSync } from 'node:fs';
import { Client, type ClientConfig } from 'pg';
import { type Certificates, issueCertificates } from '../../local/certificates';
import { type Postgres, startPostgres } from '../../local/postgres';
import { isRunning } from './processes';

jest.setTimeout(30_000);

const started: Postgres[] = [];
const start = async (options?: Parameters<typeof startPostgres>[0]): Promise<Postgres> => {
  const postgres = await startPostgres(options);
  started.push(postgres);
  return postgres;
};
afterAll(() => Promise.all(started.map((postgres) => postgres.stop())));

async function ask(config: ClientConfig, statement: string): Promise<unknown[]> {
  const client = new Client(config);
  await client.connect();
  try {
    const { rows } = await client.query({ text: statement, rowMode: 'array' });
    return rows.flat();
  } finally {
    await client.end();
  }
}

it('answers, keeps its data over a restart and a crash, and leaves nothing when stopped', async () => {
  const postgres = await start({ settings: { max_connections: '33' } });
  const { name, url } = await postgres.createDatabase();
  const database = { connectionString: url };
  expect(await ask(database, "SELECT current_database(), current_setting('max_connections')")).toEqual([name, '33']);
  const [folder] = await ask(database, "SELECT current_setting('data_directory')");
  await ask(database, 'CREATE TABLE kept AS SELECT 7 AS value');

  const before = postgres.pid;
  await postgres.restart();
  expect(postgres.pid).not.toBe(before);
  expect(await ask(database, 'SELECT value FROM kept')).toEqual([7]);

  await postgres.kill();
  await expect(ask(database, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  await postgres.restart();
  expect(await ask(database, 'SELECT value FROM kept')).toEqual([7]);

  const { pid } = postgres;
  expect(existsSync(String(folder))).toBe(true);
  await postgres.stop();
  expect(isRunning(pid)).toBe(false);
  expect(existsSync(String(folder))).toBe(false);
});

it('refuses a wrong password', async () => {
  const { host, port, superuser: user } = await start();
  await expect(ask({ host, port, user, password: 'wrong', database: 'postgres' }, 'SELECT 1')).rejects.toThrow(
    'password authentication failed',
  );
});

describe('with a certificate', () => {
  let certificates: Certificates;
  beforeAll(async () => {
    certificates = await issueCertificates(['database.test']);
  });
  afterAll(() => certificates.remove());

  it('is verified by the authority, and refused without it, by another name, or in the clear', async () => {
    const { caPem: ca } = certificates;
    const postgres = await start({ tls: certificates });
    const { url: connectionString } = await postgres.createDatabase('verified');
    const using = (ssl: ClientConfig['ssl']) =>
      ask({ connectionString, ssl }, 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');

    expect(await using({ ca })).toEqual([true]);
    expect(await using({ ca, servername: 'database.test' })).toEqual([true]);
    await expect(using({ ca, servername: 'elsewhere.test' })).rejects.toThrow('altnames');
    await expect(using(true)).rejects.toThrow('unable to verify');
    await expect(using(false)).rejects.toThrow('no encryption');
  });

  it('takes connections in the clear as well when asked to', async () => {
    const postgres = await start({ tls: certificates, allowPlain: true });
    const { url: connectionString } = await postgres.createDatabase('plain');
    const statement = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()';
    expect(await ask({ connectionString, ssl: false }, statement)).toEqual([false]);
    expect(await ask({ connectionString, ssl: { ca: certificates.caPem } }, statement)).toEqual([true]);
  });
});

it('says what the server said when it does not start', async () => {
  await expect(startPostgres({ settings: { max_connections: 'many' } })).rejects.toThrow(
    /PostgreSQL ended before it was ready \(exit code 1\)\. It wrote:\n[\s\S]*invalid value for parameter "max_connections": "many"/,
  );
});
