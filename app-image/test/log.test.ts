import { DatabaseError } from 'pg';
import { createLogger } from '../src/log';
import { environmentOf } from './database/environment';
import { connectPostgres } from './store-clients';
import { freshDatabase } from './stores';

it('tells what went wrong in PostgreSQL, and not the row that it quotes', async () => {
  const database = await freshDatabase();
  const postgres = await connectPostgres(database.environment);
  await postgres.query('CREATE TEMPORARY TABLE people (phone text PRIMARY KEY, details jsonb)');
  const insert = (details: string) => postgres.query('INSERT INTO people VALUES ($1, $2)', ['+919876543210', details]);
  await insert('{}');
  const errors = [await insert('{}').catch(identity), await insert('{"of": "Asha').catch(identity)];
  await postgres.end();
  await database.close();
  expect(errors).toEqual([expect.any(DatabaseError), expect.any(DatabaseError)]);

  const lines: string[] = [];
  const log = createLogger(environmentOf({}), { write: (line) => lines.push(line) });
  for (const err of errors) log.error({ err }, 'failed');
  expect(lines.map((line) => JSON.parse(line).err)).toEqual([
    {
      type: 'DatabaseError',
      message: 'duplicate key value violates unique constraint "people_pkey"',
      stack: expect.stringContaining('log.test.ts'),
      code: '23505',
      table: 'people',
      constraint: 'people_pkey',
    },
    expect.objectContaining({ message: 'invalid input syntax for type json', code: '22P02' }),
  ]);
  expect(lines.join('')).not.toMatch(/9876543210|Asha/);
});

it('takes secrets and tokens out of whatever an error says', () => {
  const lines: string[] = [];
  const log = createLogger(environmentOf({ DB_PASSWORD: 'what "nobody" may read' }), {
    write: (line) => lines.push(line),
  });
  const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzb21lYm9keSJ9.c2lnbmF0dXJlLW9mLXRoaXM';
  log.error({ err: new Error(`no what "nobody" may read, nor ${token}`) }, 'failed');
  expect(lines.map((line) => JSON.parse(line).err.message)).toEqual(['no [redacted], nor [redacted]']);
  expect(lines.join('')).not.toMatch(/may read|eyJ/);
});

it('tells what was thrown and is no error', () => {
  const lines: string[] = [];
  const log = createLogger(environmentOf({}), { write: (line) => lines.push(line) });
  for (const err of ['a text', undefined, { code: 'odd' }]) log.error({ err }, 'failed');
  expect(lines.map((line) => JSON.parse(line).err)).toEqual(['a text', undefined, { code: 'odd' }]);
});

const identity = (error: unknown) => error;
