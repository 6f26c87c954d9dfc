import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manifestKey } from '../../src/backup/keys';
import { readManifest } from '../../src/backup/manifest';
import { backupTests } from '../backup/postgres-tests';
import { openSite, type Site, type System } from '../backup/site';
import { isPart, isReading, openStorageProxy, type StorageProxy } from '../backup/storage-proxy';
import type { ServiceProcess } from '../server-process';
import { until } from './service';

const tests = backupTests('backup-stopped.test.ts: nobody tried backups that are broken off');
const { why } = tests;

let site: Site;
let system: System;
let proxy: StorageProxy;

beforeAll(async () => {
  if (tests.client === undefined) return;
  site = await openSite({ client: tests.client, ownServer: tests.ownServer });
  system = await site.system();
  proxy = await openStorageProxy(site.url);
  // More than the parts in memory and the pipe hold, so that pg_dump is still at work while the first part is held.
  await system.query('CREATE TABLE recordings (id int PRIMARY KEY, content bytea NOT NULL)');
  for (let id = 0; id < 64; id += 1)
    await system.query('INSERT INTO recordings VALUES ($1, $2)', [id, randomBytes(1024 * 1024)]);
}, 60_000);
afterAll(async () => {
  await site?.close();
  await proxy?.close();
});

const throughProxy = () => ({ AWS_ENDPOINT_URL: proxy.url });
const childrenOf = ({ pid }: ServiceProcess): number[] => {
  try {
    return execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number);
  } catch {
    return [];
  }
};
const sessions = () =>
  system.query(
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'mr-mentor-%'",
  );
const throwaways = () => system.query("SELECT datname FROM pg_database WHERE datname LIKE 'restore_check_%'");

const breaks: readonly (readonly [string, (job: ServiceProcess) => unknown, RegExp])[] = [
  [
    'pg_dump is killed',
    (job) => childrenOf(job).map((pid) => process.kill(pid, 'SIGKILL')),
    /pg_dump ended by SIGKILL$/,
  ],
  [
    'the server ends its connections',
    () =>
      system.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'mr-mentor-%'",
      ),
    /terminat|server closed the connection/i,
  ],
  ['it is told to stop', (job) => job.kill('SIGTERM'), /^stopped by SIGTERM$/],
];

describe('in the middle of a dump', () => {
  tests.it.each(breaks)(
    `leaves nothing that looks like a backup when %s${why}`,
    async (_, breakIt, reason) => {
      const part = proxy.hold(isPart);
      const job = system.start('db-backup', [], throughProxy());
      await part.first;
      expect(childrenOf(job)).toHaveLength(1);
      expect(await system.unfinishedUploads()).toBe(1);
      await breakIt(job);
      await until(async () => childrenOf(job).length === 0, 10_000, 'pg_dump has ended');
      part.release();
      expect(await job.exited).toEqual({ code: 1, signal: null });
      expect(job.logs.at(-1)).toMatchObject({ msg: 'job failed', reason: expect.stringMatching(reason) });
      expect(job.metric('JobSucceeded')).toEqual([0]);
      expect(await system.keys()).toEqual([]);
      expect(await system.unfinishedUploads()).toBe(0);
      await until(async () => (await sessions()).length === 0, 10_000, 'its connections are closed');
    },
    60_000,
  );

  tests.it(
    `counts what it dumps, whatever is written meanwhile${why}`,
    async () => {
      let over = false;
      let written = 0;
      const writing = (async () => {
        while (!over) {
          written += 1;
          await system.query("INSERT INTO users (email) VALUES ($1 || '@example.org')", [written]);
        }
      })();
      await until(async () => written > 20, 10_000, 'rows are written');
      const part = proxy.hold(isPart);
      const job = system.start('db-backup', [], throughProxy());
      await part.first;
      const before = written;
      await until(async () => written > before + 20, 10_000, 'rows are written during the dump');
      part.release();
      expect(await job.exited).toEqual({ code: 0, signal: null });
      over = true;
      await writing;
      const key = String(job.logs.at(-1)?.key);
      const { rows } = readManifest(String(await system.object(manifestKey(key))), key);
      expect(rows['public.users']).toBeGreaterThan(20);
      expect(rows['public.users']).toBeLessThan(before + 20);
      expect(await system.run('db-restore-check')).toMatchObject({
        code: 0,
        stderr: expect.not.stringContaining('rows of'),
      });
    },
    60_000,
  );
});

describe('in the middle of a restore', () => {
  tests.it(
    `drops its database when it is told to stop${why}`,
    async () => {
      const reading = proxy.hold(isReading);
      const job = system.start('db-restore-check', [], throughProxy());
      await reading.first;
      expect(await throwaways()).toHaveLength(1);
      job.kill('SIGTERM');
      // The answer is still held: nobody waits for it.
      expect(await job.exited).toEqual({ code: 1, signal: null });
      reading.release();
      expect(job.logs.at(-1)).toMatchObject({ msg: 'job failed', reason: 'stopped by SIGTERM' });
      expect(await throwaways()).toEqual([]);
    },
    60_000,
  );
});

describe('programs that are too old', () => {
  /** As a distribution would have them. */
  const oldPrograms = (version: string) => {
    const folder = mkdtempSync(join(tmpdir(), 'mr-mentor-old-programs-'));
    mkdirSync(join(folder, 'bin'));
    for (const name of ['pg_dump', 'pg_restore']) {
      const path = join(folder, 'bin', name);
      writeFileSync(path, `#!/bin/sh\necho "${name} (PostgreSQL) ${version}"\n`);
      chmodSync(path, 0o755);
    }
    return folder;
  };

  tests.it.each([
    ['db-backup', /pg_dump is of version 9\.6\.24, and the server is of \d+: it must not be older; install/],
    [
      'db-restore-check',
      /pg_restore is of version 9\.6\.24, and the pg_dump of the backup is of \d+: it must not be older/,
    ],
  ] as const)(
    `are refused before anything is done: %s${why}`,
    async (job, reason) => {
      const folder = oldPrograms('9.6.24 (Debian 9.6.24-0+deb9u1)');
      const before = await system.keys();
      const { code, summary } = await system.run(job, [], { POSTGRES_CLIENT_FOLDER: folder });
      rmSync(folder, { recursive: true });
      expect([code, summary?.reason]).toEqual([1, expect.stringMatching(reason)]);
      expect(await system.keys()).toEqual(before);
    },
    30_000,
  );
});
