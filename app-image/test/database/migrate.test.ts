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
    await expect(migrate(database.source, log, 300)).rejects.toThrow(
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
  expect(await database.query("SELECT * FROM pg_locks WHERE locktype = 'advisory'")).toEqual([]);
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
