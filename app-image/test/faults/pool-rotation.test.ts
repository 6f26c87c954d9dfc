import { setTimeout as sleep } from 'node:timers/promises';
import { issueCertificates } from '../../../local/certificates';
import { connectDatabase, type Database, openDatabase } from '../../src/database/database';
import type { ManagedSecrets } from '../../src/database/managed-secret';
import { captureLog } from '../database/environment';
import { type RdsInstance, secretDocument, startRdsInstance, underLoad } from '../database/rds-instance';

jest.setTimeout(30_000);

let rds: RdsInstance;
let database: Database | undefined;

/** A secret that the test changes; `calls` counts how often it was read. */
function secretOf(password: string) {
  const secret = { password, calls: 0 };
  const secrets: ManagedSecrets = {
    secretArn: async () => 'arn',
    async secretValue() {
      secret.calls += 1;
      return secretDocument(secret.password);
    },
  };
  return { secret, secrets };
}

beforeAll(async () => {
  rds = await startRdsInstance();
});
afterEach(async () => {
  await database?.close();
  database = undefined;
});
afterAll(() => rds.stop());

describe('TLS', () => {
  it('is verified and used', async () => {
    const { secrets } = secretOf(await rds.rotate());
    database = await openDatabase(rds.environment(), captureLog().log, { secrets });
    expect(await database.read('SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()')).toEqual([
      { ssl: true, version: expect.stringMatching(/^TLSv1\.[23]$/) },
    ]);
  });

  it('refuses a server of an authority that is not known', async () => {
    const stranger = await issueCertificates([]);
    const environment = rds.environment({ NODE_EXTRA_CA_CERTS: stranger.caFile });
    const { secrets } = secretOf('unused');
    await expect(connectDatabase(environment, captureLog().log, { secrets })).rejects.toThrow(
      /its certificate is not accepted \((CERT_SIGNATURE_FAILURE|UNABLE_TO_\w+)\); check that DB_HOST/,
    );
    stranger.remove();
  });

  it('refuses a server of another name', async () => {
    const environment = rds.environment({ DB_HOST: 'localhost' });
    const { secrets } = secretOf('unused');
    await expect(connectDatabase(environment, captureLog().log, { secrets })).rejects.toThrow(
      /its certificate is not accepted \(ERR_TLS_CERT_ALTNAME_INVALID\)/,
    );
  });
});

it('fails no query while the password rotates under load', async () => {
  const first = await rds.rotate();
  const { secret, secrets } = secretOf(first);
  const { log, messages, text } = captureLog();
  const opened = await connectDatabase(rds.environment(), log, { secrets });
  database = opened;
  let second = '';
  const { failures, answered } = await underLoad(opened, async () => {
    await sleep(300);
    second = await rds.rotate();
    await rds.endConnections();
    // RDS, too, changes the secret a moment after the password.
    await sleep(700);
    secret.password = second;
  });
  expect(failures).toEqual([]);
  expect(answered).toBeGreaterThan(100);
  expect(messages()).toContain('the database refused its password; the secret was read again');
  // At the start, at the first refusal, and then every half second: not for each query that waits.
  expect(secret.calls).toBeLessThanOrEqual(6);
  expect(text()).not.toContain(first);
  expect(text()).not.toContain(second);
});

it('sends a statement that may not be repeated only once, on a connection with the new password', async () => {
  const { secret, secrets } = secretOf(await rds.rotate());
  const opened = await connectDatabase(rds.environment(), captureLog().log, { secrets });
  database = opened;
  await opened.query('CREATE TABLE written (number int)');
  const second = await rds.rotate();
  await rds.endConnections();
  await sleep(100);
  const writes = Array.from({ length: 20 }, (_, number) => opened.query('INSERT INTO written VALUES ($1)', [number]));
  await sleep(300);
  secret.password = second;
  await Promise.all(writes);
  await opened.source.query('INSERT INTO written VALUES (20)');
  expect(await opened.read('SELECT count(*)::int, count(DISTINCT number)::int AS different FROM written')).toEqual([
    { count: 21, different: 21 },
  ]);
});

it('gives up when the secret stays wrong for longer than the pool waits', async () => {
  await rds.rotate();
  const { secrets } = secretOf('wrong');
  const begun = performance.now();
  const environment = rds.environment({ DB_POOL_TIMEOUT: '1' });
  await expect(connectDatabase(environment, captureLog().log, { secrets })).rejects.toThrow(
    /password authentication failed for user "mentor", also with the secret read again; check that DB_HOST is the endpoint of the instance mentor-db$/,
  );
  expect(performance.now() - begun).toBeGreaterThan(1_000);
  expect(performance.now() - begun).toBeLessThan(4_000);
});
