import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Environment } from '../../src/config/contract';
import { connectDatabase, type Database, openDatabase } from '../../src/database/database';
import { LoginEventEntity, SystemConfigEntity, UserEntity } from '../../src/database/entities';
import { migrate, migrationLock } from '../../src/database/migrate';
import { migrations } from '../../src/database/migrations';
import { type DatabaseVariable, freshDatabase, type Store } from '../stores';
import { captureLog, environmentOf } from './environment';

const names = migrations.map((Migration) => new Migration().name);

let store: Store<DatabaseVariable>;
let environment: Environment;
const opened: Database[] = [];
const keep = (database: Database) => {
  opened.push(database);
  return database;
};
const open = async (variables: Record<string, string> = {}, { log } = captureLog()) =>
  keep(await openDatabase(environmentOf({ ...store.environment, ...variables }), log));

/** A connection that the pool under test knows nothing of. */
async function withClient<T>(use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    host: environment.DB_HOST,
    port: environment.DB_PORT,
    database: environment.DB_NAME,
    user: environment.DB_USERNAME,
    password: environment.DB_PASSWORD,
  });
  await client.connect();
  return use(client).finally(() => client.end());
}

beforeEach(async () => {
  store = await freshDatabase();
  environment = environmentOf(store.environment);
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
  await store.close();
});

it('brings an empty database to what the entities say', async () => {
  const database = await open();
  const { upQueries } = await database.source.driver.createSchemaBuilder().log();
  expect(upQueries.map(({ query }) => query)).toEqual([]);
  expect(await database.pendingMigrations()).toEqual([]);
});

it('says what is pending, and does not migrate, when it only connects', async () => {
  const database = keep(await connectDatabase(environment, captureLog().log));
  expect(await database.pendingMigrations()).toEqual(names);
  await migrate(database.source, captureLog().log);
  expect(await database.pendingMigrations()).toEqual([]);
});

it('migrates once when several processes start together', async () => {
  const logs = [captureLog(), captureLog(), captureLog(), captureLog()];
  const [first] = await Promise.all(logs.map((log) => open({}, log)));
  expect(await first?.query('SELECT name FROM migrations ORDER BY id')).toEqual(names.map((name) => ({ name })));
  expect(logs.flatMap(({ messages }) => messages()).filter((message) => message === 'database migrated')).toEqual([
    'database migrated',
  ]);
});

it('waits while another process migrates, says so, and gives up in the end', async () => {
  await withClient(async (other) => {
    await other.query(`SELECT pg_advisory_lock(${migrationLock})`);
    const database = keep(await connectDatabase(environment, captureLog().log));
    const { log, messages } = captureLog();
    await expect(migrate(database.source, log, { patienceMs: 300 })).rejects.toThrow(
      /^Another process has held the migration lock for 0.3 s/,
    );
    expect(messages()).toEqual(['another process migrates the database; waiting for it']);

    const migrated = migrate(database.source, log);
    await other.query(`SELECT pg_advisory_unlock(${migrationLock})`);
    await migrated;
    expect(messages().at(-1)).toBe('database migrated');
  });
});

it('leaves neither the lock nor its limits behind', async () => {
  const database = await open({ DB_CONNECTION_LIMIT: '1' });
  expect(await database.query('SHOW lock_timeout')).toEqual([{ lock_timeout: '0' }]);
  // Of this database: others of the same server migrate at the same time.
  const locks = `SELECT pg_locks.* FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE datname = current_database() AND locktype = 'advisory'`;
  expect(await database.query(locks)).toEqual([]);
});

it('needs no more than one connection, also to synchronize', async () => {
  const database = await open({ DB_CONNECTION_LIMIT: '1', DB_SYNCHRONIZE: 'true', APP_ENV: 'development' });
  await Promise.all([database.ping(), database.pendingMigrations(), database.read('SELECT 1')]);
  const [count] = await withClient(async (other) => {
    const { rows } = await other.query(
      "SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'mr-mentor-all'",
    );
    return rows;
  });
  expect(count).toEqual({ count: 1 });
});

it("adopts the existing platform's tables with their rows", async () => {
  await withClient(async (other) => {
    await other.query(`
      CREATE TABLE users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email varchar NOT NULL, nickname varchar);
      INSERT INTO users (email, nickname) VALUES ('Asha@example.org', 'asha');
      CREATE TABLE system_configs (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(), key varchar NOT NULL UNIQUE, value text NOT NULL,
        label varchar, description varchar, "isActive" boolean NOT NULL DEFAULT true,
        "createdAt" timestamp NOT NULL DEFAULT now(), "updatedAt" timestamp NOT NULL DEFAULT now()
      );
      INSERT INTO system_configs (key, value) VALUES ('global_auto_screen_on_apply', 'true');
    `);
  });
  const { source, query } = await open();
  expect(await query('SELECT email, nickname, role, "isActive" FROM users')).toEqual([
    { email: 'Asha@example.org', nickname: 'asha', role: 'USER', isActive: true },
  ]);
  expect(
    await source.getRepository(SystemConfigEntity).findOneByOrFail({ key: 'global_auto_screen_on_apply' }),
  ).toEqual(
    expect.objectContaining({ value: 'true', isActive: true, isEncrypted: false, createdAt: expect.any(Date) }),
  );
});

describe('an index on a table in use', () => {
  const forget = "DELETE FROM migrations WHERE name LIKE 'UniqueEmails%' RETURNING name";
  const state = `SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass('users_email')`;

  /** As PostgreSQL leaves it when a build is broken off: here by a duplicate, which is gone again. */
  const breakIndex = (other: Client) =>
    other
      .query('DROP INDEX users_email')
      .then(() => other.query("INSERT INTO users (email) VALUES ('asha@example.org'), ('ASHA@example.org')"))
      .then(() => other.query('CREATE UNIQUE INDEX CONCURRENTLY users_email ON users (lower(email))'))
      .catch(() => other.query("DELETE FROM users WHERE email = 'ASHA@example.org'"));

  it('waits for open transactions beyond every limit, and restores the limits', async () => {
    const limitMs = 150;
    const database = await open({ DB_CONNECTION_LIMIT: '1' });
    const runner = database.source.createQueryRunner();
    const { connectionParameters: own } = await runner.connect();
    await runner.query(`SET statement_timeout = ${limitMs}`);
    own.query_timeout = 2 * limitMs;
    await runner.release();

    await withClient(async (other) => {
      await other.query('DROP INDEX users_email');
      await other.query(forget);
      await other.query("BEGIN; INSERT INTO users (email) VALUES ('asha@example.org')");
      const migrated = migrate(database.source, captureLog().log, { lockTimeoutMs: limitMs });
      await Promise.race([migrated, sleep(5 * limitMs)]);
      // Neither reads nor writes wait meanwhile.
      await withClient((third) => third.query("INSERT INTO users (email) VALUES ('noor@example.org')"));
      await other.query('COMMIT');
      await migrated;
    });
    expect(await database.query(state)).toEqual([{ valid: true }]);
    expect(await database.query('SHOW statement_timeout')).toEqual([{ statement_timeout: `${limitMs}ms` }]);
    expect(await database.query('SHOW lock_timeout')).toEqual([{ lock_timeout: '0' }]);
    expect(own.query_timeout).toBe(2 * limitMs);
  });

  it('is built anew where an invalid one was left', async () => {
    const database = await open();
    await withClient(async (other) => {
      await breakIndex(other);
      await other.query(forget);
    });
    expect(await database.query(state)).toEqual([{ valid: false }]);
    await migrate(database.source, captureLog().log);
    expect(await database.query(state)).toEqual([{ valid: true }]);
    expect(await database.pendingMigrations()).toEqual([]);
  });

  it('is left to another session that builds it', async () => {
    const database = await open();
    await withClient((other) =>
      withClient(async (operator) => {
        await other.query('DROP INDEX users_email');
        await other.query(forget);
        await other.query("BEGIN; INSERT INTO users (email) VALUES ('asha@example.org')");
        const built = operator.query('CREATE UNIQUE INDEX CONCURRENTLY users_email ON users (lower(email))');
        while ((await database.query(state)).length === 0) await sleep(10);
        await expect(migrate(database.source, captureLog().log)).rejects.toThrow(
          /another session builds the index users_email on users; start again when it is done$/,
        );
        await other.query('COMMIT');
        await built;
      }),
    );
    await migrate(database.source, captureLog().log);
    expect(await database.query(state)).toEqual([{ valid: true }]);
    expect(await database.pendingMigrations()).toEqual([]);
  });

  it('fails where its name is taken by another one', async () => {
    const database = await open();
    await database.query('DROP INDEX users_email');
    await database.query('CREATE INDEX users_email ON login_events (email)');
    await database.query(forget);
    await expect(migrate(database.source, captureLog().log)).rejects.toThrow(
      /^Migration UniqueEmails\d+: there is no valid index users_email on users after .+; look at/,
    );
    expect(await database.pendingMigrations()).toEqual([names[1]]);
  });

  it('says how duplicates are found, and leaves nothing behind that refuses rows', async () => {
    const database = await open();
    await database.query('DROP INDEX users_email');
    await database.query(forget);
    await database.query("INSERT INTO users (email) VALUES ('asha@example.org'), ('ASHA@example.org')");
    const failed = await migrate(database.source, captureLog().log).catch((error: Error) => error.message);
    expect(failed).toMatch(/^Migration UniqueEmails\d+: several users have the same email/);
    const [, query = ''] = /`(.+)`/.exec(String(failed)) ?? [];
    expect(await database.query(query)).toEqual([expect.objectContaining({ lower: 'asha@example.org' })]);
    expect(await database.query(state)).toEqual([]);
  });
});

it('gives a migration that would block a table its limit', async () => {
  const database = keep(await connectDatabase(environment, captureLog().log));
  await withClient(async (other) => {
    await other.query('CREATE TABLE users (id uuid PRIMARY KEY, email varchar NOT NULL)');
    await other.query('BEGIN; LOCK TABLE users IN ROW EXCLUSIVE MODE');
    await expect(migrate(database.source, captureLog().log, { lockTimeoutMs: 50 })).rejects.toThrow(/lock timeout/);
  });
  expect(await database.pendingMigrations()).toEqual(names);
});

it('writes and reads each entity', async () => {
  const { source } = await open();
  const user = await source.getRepository(UserEntity).save({ email: 'asha@example.org', role: 'ADMIN' });
  expect(user.id).toMatch(/^[\da-f-]{36}$/);
  await expect(source.getRepository(UserEntity).insert({ email: 'ASHA@example.org' })).rejects.toMatchObject({
    code: '23505',
  });
  await expect(source.query("INSERT INTO users (email, role) VALUES ('x', 'ROOT')")).rejects.toMatchObject({
    constraint: 'users_role',
  });
  const event = { email: user.email, userId: user.id, kind: 'password', succeeded: true, ip: '203.0.113.7' } as const;
  const saved = await source.getRepository(LoginEventEntity).save({ ...event });
  expect(await source.getRepository(LoginEventEntity).findOneBy({ id: saved.id })).toEqual({
    ...event,
    id: '1',
    requestId: null,
    occurredAt: expect.any(Date),
  });
});
