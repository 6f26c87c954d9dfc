import { UsageError } from '../../scripts/command-line';
import { explainStop, isEndedWell } from './ending';
import type { FollowedTask } from './follow';
import type { JobSummary } from './job-log';
import { checkLocally, localCheckPlan } from './local-restore';
import { runScheduled } from './scheduled-run';
import type { BackupSession } from './session';
import { chosenBackup } from './stored-manifest';
import { taskId } from './task-state';

/** Restores a backup where nothing is lost by it, and compares it with its manifest. */
export async function restoreCheck(session: BackupSession): Promise<number> {
  const { options } = session;
  if (options.local) return locally(session);
  // The container takes the newest one itself.
  const args = options.backup === undefined ? [] : ['--backup', await chosenBackup(session)];
  return runScheduled(session, {
    ...{ job: 'RestoreCheck', verb: 'restore-check', args },
    finish: async (followed) => tell(session, verdictOf(followed)),
  });
}

interface Verdict {
  readonly passed: boolean;
  readonly summary?: JobSummary;
  readonly failure: string;
  readonly task?: { readonly id: string; readonly exitCode?: number };
}

const verdictOf = (followed: FollowedTask): Verdict => ({
  passed: isEndedWell(followed),
  ...{ summary: followed.summary, failure: explainStop(followed) },
  task: { id: taskId(followed.state.arn), exitCode: followed.state.exitCode },
});

function tell({ target, options }: BackupSession, { passed, summary, failure, task }: Verdict): number {
  const { environment } = target;
  const { key, tables, ageHours, differences = [] } = summary?.fields ?? {};
  if (options.json)
    console.log(
      JSON.stringify(
        { version: 1, environment, passed, key, tables, ageHours, differences, task, ...(!passed && { failure }) },
        null,
        2,
      ),
    );
  else if (passed)
    console.log(`${key ?? 'The backup'} was restored, and is what its manifest says: ${tables ?? 'all its'} tables.`);
  if (!passed) console.error(`The restore check failed: ${failure}`);
  return passed ? 0 : 1;
}

async function locally(session: BackupSession): Promise<number> {
  const { options } = session;
  if (options.follow !== undefined || options.anyway)
    throw new UsageError('restore-check --local: starts no task, so --follow and --anyway are not for it.');
  const plan = await localCheckPlan(session);
  if (options.dryRun) {
    console.log(plan.shown);
    return 0;
  }
  const { code, summary } = await checkLocally(plan, (line) => console.error(line));
  const failure = summary?.reason ?? `the job ended with ${code}, and its log does not say why`;
  return tell(session, { passed: code === 0, summary, failure });
}
