import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../clock';
import type { Finding } from '../record';
import { Addresses } from './addresses';
import { type Answer, send } from './call';

export interface StragglersProps {
  /** Of a web task that has just been sent SIGTERM, on 127.0.0.1. */
  readonly port: number;
  /** SHUTDOWN_DRAIN_SECONDS. */
  readonly drainSeconds: number;
}

const everyMs = 40;
/** Of the drain: the last ones must not race with its end. */
const share = 0.85;
/** Asks the database, and is there for everybody. */
const path = '/api/system-config/enabled-call-providers';

/**
 * What a node of the load balancer sends that has not heard yet: requests, on new connections, to a task that is told to
 * stop. Each has to be answered as if nothing had happened.
 */
export async function stragglers({ port, drainSeconds }: StragglersProps): Promise<Finding | undefined> {
  const began = now();
  const addresses = new Addresses();
  const sent: Promise<Answer>[] = [];
  while (now() < began + drainSeconds * 1000 * share) {
    const headers = { 'x-forwarded-for': addresses.next() };
    sent.push(send({ url: `http://127.0.0.1:${port}${path}`, headers }, { agent: false }));
    await sleep(everyMs);
  }
  return findingOf(await Promise.all(sent), began, drainSeconds);
}

/** Of the answers to requests from SIGTERM on. */
export function findingOf(answers: readonly Answer[], stoppedAt: number, drainSeconds: number): Finding | undefined {
  const unserved = answers.filter(({ result }) => result !== 200);
  const [first] = unserved;
  if (first === undefined) return undefined;
  const reasons = [...new Set(unserved.map(({ result }) => result))].join(', ');
  return {
    about: 'stopping',
    at: first.at,
    message:
      `A web task that is stopped failed ${unserved.length} of ${answers.length} requests (${reasons}), the first ` +
      `${((first.at - stoppedAt) / 1000).toFixed(1)} s after SIGTERM: a node of the load balancer that has not heard ` +
      `of it yet sends them for a while. Serve on for the ${drainSeconds} s of SHUTDOWN_DRAIN_SECONDS.`,
  };
}
