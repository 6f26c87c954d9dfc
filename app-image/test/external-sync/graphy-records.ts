import { EventEmitter, once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { json, type OtherCompany, type ReceivedCall } from '../outgoing/other-company';

export interface Progress {
  readonly learnerId: string;
  readonly courseId: string;
  readonly progressPercent: number;
}

export const progress = (learner: number, progressPercent: number): Progress => ({
  learnerId: `learner-${learner}`,
  courseId: 'sql',
  progressPercent,
});

/** Answers these pages one after the other, by their cursor. */
export const inPages =
  (...pages: readonly (readonly unknown[])[]) =>
  ({ url }: ReceivedCall, response: ServerResponse): void => {
    const page = Number(url.searchParams.get('cursor') ?? 0);
    json(response, { items: pages[page], next: page + 1 < pages.length ? String(page + 1) : null });
  };

/** The answer to the first call waits until it is let go; the calls after it are answered at once. */
export function holdFirst(company: OtherCompany, itemsOf: (isFirst: boolean) => readonly unknown[]) {
  const gate = new EventEmitter();
  const arrived = once(gate, 'arrived');
  const released = once(gate, 'released');
  company.respond = async (_call, response) => {
    const isFirst = company.received.length === 1;
    gate.emit('arrived');
    if (isFirst) await released;
    json(response, { items: itemsOf(isFirst), next: null });
  };
  return { arrived, release: () => void gate.emit('released') };
}
