import { setTimeout as sleep } from 'node:timers/promises';
import type { JobSummary, LogReader } from './job-log';
import type { TaskState } from './task-state';

/** The caller has pressed Ctrl-C; what runs in AWS goes on. */
export class Interrupted extends Error {}

export interface FollowProps {
  /** Undefined where ECS does not know the task. */
  readonly read: () => Promise<TaskState | undefined>;
  readonly log: LogReader;
  /** A line for each thing that has changed. */
  readonly tell: (line: string) => void;
  readonly everySeconds: number;
  readonly signal: AbortSignal;
}

export interface FollowedTask {
  readonly state: TaskState;
  /** Undefined where the job did not come to say how it ended. */
  readonly summary?: JobSummary;
  /** The job has changed nothing. */
  readonly dryRun: boolean;
}

/** ECS may not know at once what it has just started. */
const patienceLooks = 12;
/** The container's last lines may come to CloudWatch after its end. */
const lastLooks = 6;
/** How long nothing changes before that is said. */
const silenceMs = 60_000;

const phases: Readonly<Record<string, string>> = {
  PENDING: 'a host has taken it, and pulls the image',
  ACTIVATING: 'about to start',
  RUNNING: 'running',
  DEACTIVATING: 'ending',
  STOPPING: 'ending',
  DEPROVISIONING: 'ending',
  STOPPED: 'stopped',
};

export function phaseOf({ status, hasHost }: Pick<TaskState, 'status' | 'hasHost'>): string {
  if (status !== 'PROVISIONING') return phases[status] ?? status;
  return hasHost
    ? 'a host has taken it, and gets it a network interface'
    : 'waiting for a host with room; if there is none, the Auto Scaling group adds one, which takes minutes';
}

/**
 * Until the task has stopped.
 *
 * @throws Interrupted
 */
export async function follow({ read, log, tell, everySeconds, signal }: FollowProps): Promise<FollowedTask> {
  let summary: JobSummary | undefined;
  let dryRun = false;
  const readLog = async (prefix: string) => {
    const piece = await log();
    for (const line of piece.lines) tell(`${prefix}  | ${line}`);
    summary = piece.summary ?? summary;
    dryRun ||= piece.dryRun ?? false;
  };
  const pause = () => sleep(everySeconds * 1000, undefined, { signal }).catch(() => {});
  const begun = new Date();
  let told = { phase: '', at: 0 };
  for (let looks = 1; ; looks += 1) {
    if (signal.aborted) throw new Interrupted();
    const state = await read();
    if (state === undefined && (told.phase !== '' || looks >= patienceLooks))
      throw new Error('ECS does not know the task any more; it forgets them within an hour of their end.');
    if (state !== undefined) {
      const now = Date.now();
      const passed = elapsed(now - (state.createdAt ?? begun).getTime());
      const phase = phaseOf(state);
      const hasStopped = state.status === 'STOPPED';
      // What it has written before it stopped stands before that.
      if (hasStopped) await readLog(passed);
      if (phase !== told.phase || now - told.at >= silenceMs) {
        tell(`${passed}  ${phase === told.phase ? 'still ' : ''}${phase}`);
        told = { phase, at: now };
      }
      if (!hasStopped) await readLog(passed);
      else {
        for (let more = 1; more <= lastLooks && summary === undefined && state.exitCode !== undefined; more += 1) {
          if (signal.aborted) throw new Interrupted();
          await pause();
          await readLog(passed);
        }
        return { state, summary, dryRun };
      }
    }
    await pause();
  }
}

/** `3:07`, in minutes and seconds. This machine's clock may be behind that of AWS. */
export function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
