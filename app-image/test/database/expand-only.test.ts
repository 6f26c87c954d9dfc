import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { concurrentIndexIn } from '../../src/database/concurrent-index';
import { refusal } from '../../src/database/expand-only';
import { guarded } from '../../src/database/guarded-migration';
import { migrations } from '../../src/database/migrations';

const judge = (sql: string) => refusal(sql, new Set());

describe('what takes something from the previous revision is refused', () => {
  it.each([
    'DROP TABLE users',
    'drop index users_email',
    '  -- tidy up\n  DROP TABLE users',
    'SELECT 1; DROP TABLE users',
    'TRUNCATE users',
    'DELETE FROM users WHERE id = $1',
    'WITH old AS (DELETE FROM users RETURNING id) SELECT * FROM old',
    'ALTER TABLE users DROP COLUMN "fullName"',
    'ALTER TABLE ONLY public.users ADD COLUMN a text, DROP COLUMN b',
    'ALTER TABLE users DROP CONSTRAINT users_role',
    'ALTER TABLE users RENAME TO people',
    'ALTER TABLE IF EXISTS users RENAME COLUMN a TO b',
    'ALTER TABLE users RENAME a TO b',
    'ALTER TABLE users SET SCHEMA other',
    'ALTER TABLE users ALTER COLUMN role TYPE varchar(5)',
    'ALTER TABLE users ALTER "fullName" SET DATA TYPE varchar',
    'ALTER TABLE users ALTER COLUMN "fullName" SET NOT NULL',
    'ALTER TABLE users ALTER role DROP DEFAULT',
    'ALTER TABLE users ADD COLUMN age integer NOT NULL',
    'ALTER TABLE users ADD age numeric(4, 1) NOT NULL, ADD COLUMN b text',
    'ALTER TABLE users ADD CONSTRAINT adults CHECK (age > 17)',
    'ALTER TABLE users ADD UNIQUE (email)',
    "ALTER TYPE users_role_enum RENAME VALUE 'USER' TO 'MEMBER'",
    'ALTER INDEX users_email RENAME TO users_mail',
    'ALTER VIEW teachers RENAME TO mentors',
    'CREATE INDEX users_name ON users ("fullName")',
    'CREATE UNIQUE INDEX IF NOT EXISTS users_name ON public.users ("fullName")',
    "DO $$ BEGIN EXECUTE 'DROP TABLE users'; END $$",
    "SELECT 'it''s'; DROP TABLE users; SELECT ''",
    "SELECT E'\\''; DROP TABLE users; --'",
    'SELECT $body$ ; $body$; DROP TABLE users',
    'CREATE TABLE a (id int); CREATE INDEX ON b (id)',
    'CREATE TABLE IF NOT EXISTS a (id int); CREATE INDEX a_id ON a (id)',
    'CREATE TABLE IF NOT EXISTS a (id int); ALTER TABLE a ADD UNIQUE (id)',
    'CREATE INDEX CONCURRENTLY ON users ("fullName")',
  ])('%s', (sql) => {
    expect(judge(sql)).toMatch(/is not expand-only: .+; .+/);
  });
});

describe('what the previous revision does not notice is let through', () => {
  it.each([
    'CREATE TABLE a (id int NOT NULL, note text); CREATE INDEX ON a (id); ALTER TABLE "a" ADD CONSTRAINT b CHECK (id > 0)',
    'CREATE UNIQUE INDEX CONCURRENTLY users_name ON users ("fullName")',
    'ALTER TABLE users ADD COLUMN age integer',
    'ALTER TABLE users ADD COLUMN age integer NOT NULL DEFAULT 0',
    'ALTER TABLE users ADD COLUMN number bigint NOT NULL GENERATED ALWAYS AS IDENTITY',
    'ALTER TABLE users ALTER COLUMN "fullName" DROP NOT NULL',
    "ALTER TABLE users ALTER role SET DEFAULT 'USER'",
    'ALTER TABLE users VALIDATE CONSTRAINT users_role',
    "ALTER TYPE users_role_enum ADD VALUE 'DROP'",
    'ALTER TABLE users ADD COLUMN "DROP" text',
    "INSERT INTO system_configs (key, value) VALUES ('note', 'DROP TABLE users; DELETE FROM users')",
    'UPDATE users SET role = DEFAULT WHERE role IS NULL',
    'CREATE TABLE b (a int REFERENCES a ON DELETE CASCADE)',
    'CREATE FUNCTION prune() RETURNS void LANGUAGE sql AS $$ DELETE FROM login_events $$',
    '/* DROP TABLE users; */ SELECT 1 -- DELETE FROM users',
  ])('%s', (sql) => {
    expect(judge(sql)).toBeUndefined();
  });
});

it('names the statement, the reason and the remedy', () => {
  expect(judge('SELECT 1;\n ALTER TABLE users\n  ADD COLUMN age integer NOT NULL')).toBe(
    'ALTER TABLE users ADD COLUMN age integer NOT NULL\n' +
      'is not expand-only: the previous revision inserts rows without it; give it a DEFAULT, or leave NOT NULL out',
  );
});

/** As much of a query runner as a migration needs, without a database behind it. */
function recordingRunner(): { runner: QueryRunner; sent: string[] } {
  const sent: string[] = [];
  const runner = new DataSource({ type: 'postgres', installExtensions: false }).createQueryRunner();
  jest.spyOn(runner, 'query').mockImplementation(async (sql: string) => {
    sent.push(sql);
  });
  // Where indexes are looked up, each one is there and valid.
  jest.spyOn(runner, 'connect').mockResolvedValue({
    connectionParameters: {},
    query: async () => ({ rows: [{ valid: true }] }),
  });
  return { runner, sent };
}

describe('a guarded migration', () => {
  class Careless implements MigrationInterface {
    name = 'Careless1795132800000';
    async up(runner: QueryRunner) {
      await runner.query('CREATE TABLE a (id int)');
      await runner.manager.query('DROP TABLE b');
    }
    async down() {}
  }

  it('sends nothing of a statement that is refused, whichever way it would take', async () => {
    const { runner, sent } = recordingRunner();
    await expect(new (guarded(Careless))().up(runner)).rejects.toThrow(
      /^Migration Careless1795132800000: DROP TABLE b\nis not expand-only/,
    );
    expect(sent).toEqual(['CREATE TABLE a (id int)']);
  });

  it.each(migrations.map((Migration) => [new Migration().name, new Migration()] as const))(
    'is %s, and it expands only',
    async (_, migration) => {
      const { runner, sent } = recordingRunner();
      await migration.up(runner);
      expect(sent).not.toEqual([]);
    },
  );
});

describe('the index that a statement builds concurrently', () => {
  it.each([
    ['CREATE INDEX CONCURRENTLY a ON b (c)', { name: 'a', table: 'b' }],
    [
      '-- why\ncreate unique index concurrently\n  if not exists "A b" on public."C"(d)',
      { name: '"A b"', table: 'public."C"' },
    ],
    ['CREATE INDEX a ON b (c)', undefined],
    ["SELECT 'CREATE INDEX CONCURRENTLY a ON b (c)'", undefined],
  ])('of %s', (sql, index) => {
    expect(concurrentIndexIn(sql)).toEqual(index);
  });
});
