import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { backupTests } from '../backup/postgres-tests';
import { ServiceProcess } from '../server-process';
import { type ManagedDatabase, startManagedDatabase } from './managed-database';

const tests = backupTests('backup-managed.test.ts: nobody tried a backup of a database as RDS has it');
let database: ManagedDatabase;
let variables: Record<string, string>;
/** Holds programs that note down what they are started with, and then are the real ones. */
const folder = mkdtempSync(join(tmpdir(), 'mr-mentor-noting-'));
const noted = (what: string) => readFileSync(join(folder, what), 'utf8');

beforeAll(async () => {
  if (tests.client === undefined) return;
  const real = join(tests.client.folder, 'bin');
  database = await startManagedDatabase(tests.ownServer ? real : undefined);
  mkdirSync(join(folder, 'bin'));
  const script = join(folder, 'bin', 'pg_dump');
  writeFileSync(
    script,
    `#!/bin/sh\necho "$@" > ${folder}/arguments\n/usr/bin/env > ${folder}/environment\nexec ${real}/pg_dump "$@"\n`,
  );
  chmodSync(script, 0o755);
  symlinkSync(join(real, 'pg_restore'), join(folder, 'bin', 'pg_restore'));

  variables = { APP_ENV: 'test', S3_BACKUP_BUCKET: 'backups', POSTGRES_CLIENT_FOLDER: folder, ...database.environment };
  const { AWS_REGION: region, AWS_ENDPOINT_URL: endpoint } = database.environment;
  const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
  const s3 = new S3Client({ region, endpoint, credentials, forcePathStyle: true });
  const CreateBucketConfiguration = { LocationConstraint: region as 'ap-south-1' };
  await s3.send(new CreateBucketCommand({ Bucket: 'backups', CreateBucketConfiguration }));
  s3.destroy();
}, 60_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await database?.stop();
});

tests.it(
  `verifies the server as the service does, and gives pg_dump the password and nothing else${tests.why}`,
  async () => {
    await database.rotate();
    const job = new ServiceProcess('jobs/db-backup', {
      ...variables,
      JWT_SECRET: 'never-to-be-told-to-anybody-else-0000',
    });
    expect(await job.exited).toEqual({ code: 0, signal: null });
    expect(job.logs.at(-1)).toMatchObject({ msg: 'job done', bytes: expect.any(Number) });

    const environment = noted('environment');
    expect(environment).toContain(`PGPASSWORD=${database.passwords.at(-1)}\n`);
    expect(environment).toContain('PGSSLMODE=verify-full\n');
    expect(environment).toMatch(/^PGSSLROOTCERT=.*authorities\.pem$/m);
    expect(environment).not.toMatch(/^(AWS_|JWT_SECRET|SECRETS_JSON)/m);
    expect(environment).not.toContain('never-to-be-told');
    expect(noted('arguments')).toContain('--format=custom');
    for (const password of database.passwords)
      expect(noted('arguments') + job.stdout + job.stderr).not.toContain(password);
  },
  60_000,
);
