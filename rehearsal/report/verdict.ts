import type { Rehearsal, RequestOutcome } from '../record';
import { bandsOf } from './bands';
import { deploymentFailures } from './deployment-failures';
import { earlyTraffic } from './early-traffic';
import { excusesOf } from './excuses';
import type { Failure } from './failure';
import { counted, duration } from './figures';
import { findingFailures } from './finding-failures';
import { jobFailures } from './job-failures';
import { loadFailures, loadNotes } from './load-failures';
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

/** A person in a call waits this long before trying by hand. */
const noticeableGapMs = 5_000;

function gapNotes({ sockets }: Rehearsal): string[] {
  const gaps = sockets.flatMap(({ moves }) => moves.map(({ ms }) => ms)).filter((ms) => ms > noticeableGapMs);
  return gaps.length === 0
    ? []
    : [
        `${counted(gaps.length, 'time')} a socket was without a connection for more than ${duration(noticeableGapMs)}, at most for ${duration(Math.max(...gaps))}.`,
      ];
}

/** Whether a user would have noticed the release, or it was not what was expected. */
export function judge(rehearsal: Rehearsal): Verdict {
  const bands = bandsOf(rehearsal);
  const { failed, notes } = partition(rehearsal);
  const failures: Failure[] = [
    ...loadFailures(rehearsal, bands),
    ...requestFailures(failed, bands),
    ...socketFailures(rehearsal),
    ...jobFailures(rehearsal, bands),
    ...earlyTraffic(rehearsal, bands),
    ...deploymentFailures(rehearsal.deployments),
    ...taskFailures(rehearsal),
    ...findingFailures(rehearsal.findings),
  ];
  return {
    passed: failures.length === 0,
    failures,
    notes: [...notes, ...socketNotes(rehearsal), ...gapNotes(rehearsal), ...loadNotes(rehearsal)],
  };
}
