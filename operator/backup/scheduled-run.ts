import { randomUUID } from 'node:crypto';
import { UsageError } from '../../scripts/command-line';
import { describeCall } from '../calls';
import { consents } from '../consent';
import { type FollowedTask, follow, Interrupted } from './follow';
import { type LogReader, logReader } from './job-log';
import { type BackupJob, type ScheduledTask, scheduledTask } from './scheduled-task';
import type { BackupSession } from './session';
import { readTaskDefinition, type TaskDefinition } from './task-definition';
import { NothingStarted, type RunTaskCall, runningTasks, runTaskCall, runTaskRequest } from './task-run';
import { readTask, taskId } from './task-state';
import { untilInterrupted } from './until-interrupted';

export interface ScheduledRunProps {
  readonly job: BackupJob;
  /** Of this command, to name it in what is said. */
  readonly verb: 'now' | 'restore-check';
  /** Behind the container's own command. */
  readonly args?: readonly string[];
  /** Judges the task that has stopped. @returns the exit code */
  readonly finish: (followed: FollowedTask) => Promise<number>;
}

/** What a shell says of a command that Ctrl-C has ended. */
const interruptedCode = 130;

/** Runs on demand what runs by the clock, or follows what runs already. @returns the exit code */
export async function runScheduled(session: BackupSession, props: ScheduledRunProps): Promise<number> {
  const { clients, target, options } = session;
  const task = await scheduledTask(clients.scheduler, target, props.job);
  const definition = await readTaskDefinition(clients.ecs, task.taskDefinition);
  if (options.follow !== undefined) {
    const arn = await taskToFollow(session, { task, definition, props });
    return untilInterrupted((signal) => followToEnd(session, { task, props, arn, signal }));
  }
  const running = await runningTasks(clients.ecs, task.cluster, definition.family);
  if (running.length > 0 && !options.anyway) {
    console.error(alreadyRunning(session, props, running));
    return 1;
  }
  const { args } = props;
  const call = runTaskCall(clients.ecs, runTaskRequest({ task, definition, args, clientToken: randomUUID() }));
  if (options.dryRun) {
    console.log(describeCall(call));
    return 0;
  }
  console.error(describeCall(call));
  if (!options.yes && !(await consents(target.environment))) {
    console.error('Nothing was started.');
    return 1;
  }
  return untilInterrupted(async (signal) => {
    const arn = await start(call, session, props);
    return followToEnd(session, { task, props, arn, signal });
  });
}

function alreadyRunning({ target }: BackupSession, { verb, job }: ScheduledRunProps, arns: readonly string[]): string {
  const [first = ''] = arns;
  return [
    `${job} runs already in ${target.environment}, and nothing was started: ${arns.map(taskId).join(', ')}`,
    `Follow it: npm run backup -- ${verb} ${target.environment} --follow ${taskId(first)}; --anyway starts another one beside it.`,
  ].join('\n');
}

async function start(call: RunTaskCall, { target }: BackupSession, { verb }: ScheduledRunProps): Promise<string> {
  try {
    return await call.make();
  } catch (error) {
    if (!isAnswered(error))
      console.error(
        `Whether ECS has started it is not known. Repeat the command: it looks first, and starts no second one (backup ${verb} ${target.environment}).`,
      );
    throw error;
  }
}

/** AWS has refused it, or has said why it has started nothing. */
function isAnswered(error: unknown): boolean {
  const { httpStatusCode: status = 0 } = (error as { $metadata?: { httpStatusCode?: number } }).$metadata ?? {};
  return error instanceof NothingStarted || (status >= 400 && status < 500);
}

interface FollowedRun {
  readonly task: ScheduledTask;
  readonly props: ScheduledRunProps;
}

/** @throws UsageError for a task of something else, or of none */
async function taskToFollow(
  { clients, options }: BackupSession,
  { task: { cluster }, definition, props }: FollowedRun & { readonly definition: TaskDefinition },
): Promise<string> {
  const named = taskId(options.follow ?? '');
  // What ECS would refuse as no id at all.
  if (!/^[0-9a-f]{32}$/.test(named))
    throw new UsageError(`--follow: "${options.follow}" is no task; must be its ARN, or the 32 digits at its end.`);
  const found = await readTask(clients.ecs, { cluster, task: named });
  if (found === undefined)
    throw new UsageError(
      `--follow: ECS does not know the task ${named} (any more: it forgets them within an hour of their end). What it has left: backup list.`,
    );
  const [family] = (found.taskDefinition.split('/').at(-1) ?? '').split(':');
  if (family === definition.family) return found.arn;
  throw new UsageError(`--follow: the task ${named} is one of ${family}, and not of ${props.job}.`);
}

async function followToEnd(
  session: BackupSession,
  { task: { cluster }, props, arn, signal }: FollowedRun & { readonly arn: string; readonly signal: AbortSignal },
): Promise<number> {
  const { clients, target, options } = session;
  const id = taskId(arn);
  const goesOn = `The task goes on. Follow it: npm run backup -- ${props.verb} ${target.environment} --follow ${id}\nStop it:   aws ecs stop-task --cluster ${cluster} --task ${id}`;
  console.error(`${props.job}: task ${id}`);
  let log: LogReader | undefined;
  let container: string | undefined;
  let followed: FollowedTask;
  try {
    followed = await follow({
      async read() {
        const state = await readTask(clients.ecs, { cluster, task: arn, container });
        if (state !== undefined && container === undefined) {
          // Of the task's own definition: a deployment may have made a newer one since.
          const definition = await readTaskDefinition(clients.ecs, state.taskDefinition);
          container = definition.container;
          if (definition.logs !== undefined) {
            const { group, prefix } = definition.logs;
            log = logReader(clients.logs, { group, stream: `${prefix}/${container}/${id}` });
          }
        }
        return state;
      },
      log: async () => (log === undefined ? { lines: [] } : log()),
      tell: (line) => console.error(line),
      ...{ everySeconds: options.every, signal },
    });
  } catch (error) {
    console.error(goesOn);
    if (error instanceof Interrupted) return interruptedCode;
    throw error;
  }
  return props.finish(followed);
}
