import type { DeploymentRecord, Finding, OutageRecord, Rehearsal, SocketOutcome, TaskRecord } from '../record';
import { isBadJob } from './job-failures';
import { type Summary, summarise } from './summary';
import { judge, type Verdict } from './verdict';

/**
 * A rehearsal for machines: what was seen without the list of requests. Times are milliseconds since 1970, latencies
 * and gaps milliseconds, lengths of stages seconds. A field that loses or changes its meaning gets a new `version`; new
 * fields do not.
 */
export interface RehearsalJson {
  readonly version: 1;
  readonly environment: string;
  readonly revision: string;
  readonly containers: Rehearsal['containers'];
  readonly speed: number;
  /** Requests a second that were asked for. */
  readonly rate: number;
  /** There were fewer where the machine did not bear as many. */
  readonly rateMayBeLess: boolean;
  readonly startedAt: number;
  readonly loadFrom: number;
  readonly risenAt: number;
  readonly endedAt: number;
  /** `passed`, each failure with what it means, and notes. */
  readonly verdict: Verdict;
  /** Numbers for the whole run, each deployment and each stage. */
  readonly summary: Summary;
  /** With their stages in time. */
  readonly deployments: readonly DeploymentRecord[];
  readonly outages: readonly OutageRecord[];
  /** Those that did not end well. */
  readonly badSockets: readonly SocketOutcome[];
  /** By id, lost, late or done more than once. */
  readonly badJobs: readonly { readonly id: string; readonly at: number; readonly done: readonly number[] }[];
  readonly tasks: readonly TaskRecord[];
  readonly findings: readonly Finding[];
}

export function toJson(rehearsal: Rehearsal): RehearsalJson {
  const { requests: _, sockets, jobs, ...rest } = rehearsal;
  return {
    version: 1,
    ...rest,
    verdict: judge(rehearsal),
    summary: summarise(rehearsal),
    badSockets: sockets.filter(({ end, unheard }) => end !== 'open' || unheard > 0),
    badJobs: jobs.filter((job) => isBadJob(job, rehearsal.outages)),
  };
}
