import { findPostgresClients } from '../../local/postgres-client';
import { examineBackup } from './examination';
import { withManifests } from './listing';
import { now } from './now';
import { ageWarning, examinationText, listText } from './report';
import { restoreCheck } from './restore-check';
import type { BackupSession } from './session';
import { listBackups } from './stored-backups';
import { chosenBackup } from './stored-manifest';

async function list({ clients, bucket, database, target, options }: BackupSession): Promise<number> {
  const { environment } = target;
  const stored = await listBackups(clients.s3, bucket, database);
  const backups = await withManifests(clients.s3, bucket, stored.slice(0, options.count));
  const at = new Date();
  if (options.json) console.log(JSON.stringify({ version: 1, environment, bucket, backups }, null, 2));
  else if (backups.length > 0) console.log(listText(backups, at));
  const warning = ageWarning(environment, stored.find(({ hasManifest }) => hasManifest)?.startedAt, at);
  if (warning !== undefined) console.error(warning);
  return 0;
}

async function verify(session: BackupSession): Promise<number> {
  const { clients, bucket, target, options } = session;
  const { environment } = target;
  const key = await chosenBackup(session);
  const checks = await examineBackup({
    ...{ s3: clients.s3, bucket, key, quick: options.quick, postgresClients: findPostgresClients() },
    tell: (line) => console.error(line),
  });
  const passed = checks.every(({ state }) => state !== 'differs');
  console.log(
    options.json
      ? JSON.stringify({ version: 1, environment, bucket, key, passed, checks }, null, 2)
      : examinationText(key, checks),
  );
  return passed ? 0 : 1;
}

/** @returns the exit code */
export const verbs: Readonly<Record<string, (session: BackupSession) => Promise<number>>> = {
  now,
  list,
  verify,
  'restore-check': restoreCheck,
};
