import type { Rehearsal, RequestOutcome } from '../record';
import { bandsOf } from './bands';
import { deploymentFailures } from './deployment-failures';
import { excusesOf } from './excuses';
import type { Failure } from './failure';
import { count, duration } from './figures';
import { jobFailures } from './job-failures';
import { requestFailures } from './request-failures';
import { socketFailures, socketNotes } from './socket-failures';
import { taskFailures } from './task-failures';

export interface Verdict {
  readonly passed: boolean;
  /** What is worst for a user first: requests, sockets, jobs; then what led to it. */
  readonly failures: readonly Failure[];
  /** What is worth knowing and no reason to fail. */
  readonly notes: readonly string[];
}

/** Failed requests that nobody provoked, and the notes about those that somebody did. */
export function partition(rehearsal: Rehearsal): {
  failed: RequestOutcome[];
  excused: RequestOutcome[];
  notes: string[];
} {
  const excuses = excusesOf(rehearsal).map((excuse) => ({ excuse, covered: 0 }));
  const failed: RequestOutcome[] = [];
  const excused: RequestOutcome[] = [];
  for (const request of rehearsal.requests) {
    if (request.served) continue;
    const found = excuses.find(({ excuse }) => excuse.covers(request));
    if (found) found.covered += 1;
    (found ? excused : failed).push(request);
  }
  const notes = excuses.flatMap(({ excuse, covered }) => (covered === 0 ? [] : [excuse.note(covered)]));
  return { failed, excused, notes };
}

/** A run that tried nothing has shown nothing. */
function emptiness({ requests, deployments }: Rehearsal): Failure[] {
  const missing = [...(requests.length === 0 ? ['request'] : []), ...(deployments.length === 0 ? ['deployment'] : [])];
  return missing.map((what) => ({
    subject: 'load',
    message: `There was not one ${what}, so nothing was rehearsed.`,
    explanation: 'Look at the log of the rehearsal for what ended it early.',
    count: 1,
  }));
}

/** Shares of what was asked for, below which numbers of a run are not what they say. */
const enoughLoad = 0.9;

function loadNotes({ requests, rate, loadFrom, endedAt }: Rehearsal): string[] {
  const reached = requests.length / ((endedAt - loadFrom) / 1000);
  return requests.length > 0 && reached < rate * enoughLoad
    ? [`The load was ${count(Math.round(reached))} requests a second, and ${count(rate)} were asked for.`]
    : [];
}

/** A person in a call waits this long before trying by hand. */
const noticeableGapMs = 5_000;

function gapNotes({ sockets }: Rehearsal): string[] {
  const gaps = sockets.flatMap(({ moves }) => moves.map(({ ms }) => ms)).filter((ms) => ms > noticeableGapMs);
  return gaps.length === 0
    ? []
    : [
        `${count(gaps.length)} times a socket was without a connection for more than ${duration(noticeableGapMs)}, at most for ${duration(Math.max(...gaps))}.`,
      ];
}

/** Whether a user would have noticed the release, or it was not what was expected. */
export function judge(rehearsal: Rehearsal): Verdict {
  const { failed, notes } = partition(rehearsal);
  const failures: Failure[] = [
    ...emptiness(rehearsal),
    ...requestFailures(failed, bandsOf(rehearsal)),
    ...socketFailures(rehearsal),
    ...jobFailures(rehearsal.jobs),
    ...deploymentFailures(rehearsal.deployments),
    ...taskFailures(rehearsal),
    ...rehearsal.findings.map(({ message, at }): Failure => ({ subject: 'finding', message, count: 1, at })),
  ];
  return {
    passed: failures.length === 0,
    failures,
    notes: [...notes, ...socketNotes(rehearsal), ...gapNotes(rehearsal), ...loadNotes(rehearsal)],
  };
}
