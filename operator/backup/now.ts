import { explainStop, isEndedWell } from './ending';
import type { FollowedTask } from './follow';
import { withManifests } from './listing';
import { kilobytes } from './report';
import { runScheduled } from './scheduled-run';
import type { BackupSession } from './session';
import { listBackups, type StoredBackup } from './stored-backups';
import { taskId } from './task-state';

/** A backup now, by the very task that the schedule runs. */
export const now = (session: BackupSession): Promise<number> =>
  runScheduled(session, { job: 'DatabaseBackup', verb: 'now', finish: (followed) => judge(session, followed) });

/** The task's word is not enough: the dump has to be there, with its manifest. */
async function judge({ clients, bucket, database, target, options }: BackupSession, followed: FollowedTask) {
  const { environment } = target;
  const { state } = followed;
  const made = (await listBackups(clients.s3, bucket, database)).filter((backup) => isOf(state, backup));
  const complete = made.filter(({ hasManifest }) => hasManifest);
  const [backup] = await withManifests(clients.s3, bucket, isEndedWell(followed) ? complete.slice(0, 1) : []);
  const succeeded = backup !== undefined && backup.problem === undefined;
  if (options.json) {
    const task = { id: taskId(state.arn), exitCode: state.exitCode, reason: followed.summary?.reason ?? state.reason };
    console.log(JSON.stringify({ version: 1, environment, bucket, succeeded, task, backup }, null, 2));
  } else if (succeeded) {
    const { key, bytes, tables, rows, migrations } = backup;
    console.log(
      `s3://${bucket}/${key}\n  ${kilobytes(bytes)}, ${rows?.toLocaleString('en-US')} rows in ${tables} tables, ${migrations} migrations`,
    );
  }
  if (succeeded) return 0;
  console.error(`No backup was made: ${whyNot(followed, backup?.problem, bucket)}`);
  for (const { key } of made.filter(({ hasManifest }) => !hasManifest))
    console.error(`${key} has no manifest and is no backup; the bucket's lifecycle removes it.`);
  return 1;
}

/** It begins after its task, and not after the task's end. */
const isOf = ({ createdAt, stoppedAt }: FollowedTask['state'], { startedAt }: StoredBackup): boolean =>
  (createdAt === undefined || startedAt >= createdAt) && (stoppedAt === undefined || startedAt <= stoppedAt);

const whyNot = (followed: FollowedTask, problem: string | undefined, bucket: string): string => {
  if (!isEndedWell(followed)) return explainStop(followed);
  return problem ?? `the task ended well, and ${bucket} has no dump with a manifest from its time.`;
};
