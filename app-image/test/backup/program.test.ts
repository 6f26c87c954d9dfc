import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program } from '../../src/backup/program';
import { environmentOf } from '../database/environment';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'client-'));
  await mkdir(join(folder, 'bin'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A pg_dump that writes this to its stderr, and fails. */
async function failing(script: string): Promise<string> {
  const text = `#!/bin/sh\n[ "$1" = --version ] && { echo 'pg_dump (PostgreSQL) 16.4'; exit; }\n{ ${script}; } >&2\nexit 1\n`;
  await writeFile(join(folder, 'bin', 'pg_dump'), text, { mode: 0o755 });
  const environment = environmentOf({ APP_ENV: 'test', POSTGRES_CLIENT_FOLDER: folder });
  const { done, stdout } = (await Program.find('pg_dump', environment)).start([]);
  stdout.resume();
  return done.then(
    () => 'It did not fail',
    ({ message }: Error) => message,
  );
}

it('says why a program failed, whatever it said before', async () => {
  const warnings = "i=0; while [ $i -lt 1000 ]; do echo 'pg_dump: warning: circular foreign keys'; i=$((i + 1)); done";
  expect(await failing(`${warnings}; echo 'pg_dump: error: the disk is full'`)).toBe(
    'pg_dump: error: the disk is full',
  );
});

it('says the first of many complaints', async () => {
  const more = "i=0; while [ $i -lt 1000 ]; do echo 'pg_dump: error: and another thing'; i=$((i + 1)); done";
  expect(await failing(`echo 'pg_dump: error: the first'; ${more}`)).toBe(
    'pg_dump: error: the first; pg_dump: error: and another thing',
  );
});

it('says how it ended where it complained of nothing', async () => {
  expect(await failing('echo Killed')).toBe(`${folder}/bin/pg_dump ended by code 1`);
});
