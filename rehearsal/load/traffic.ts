import { now } from '../clock';
import type { RequestOutcome } from '../record';
import type { Answer } from './call';
import type { Crowd, Member } from './crowd';
import type { Kind } from './kinds';
import type { Population } from './population';

/** A laptop keeps up with; more are under way only when nothing answers. */
const mostInFlight = 500;

export interface TrafficProps {
  readonly crowd: Crowd;
  readonly population: Population;
  readonly record: (outcome: RequestOutcome) => void;
}

/** Makes requests, and records one outcome for each. */
export class Traffic {
  private readonly inFlight = new Set<Promise<unknown>>();

  constructor(private readonly props: TrafficProps) {}

  /** @returns the answer where the request was served */
  async ask(kind: Omit<Kind, 'share'>, by?: Member): Promise<Answer | undefined> {
    if (this.inFlight.size >= mostInFlight) {
      const result = `not sent: ${mostInFlight} requests are under way`;
      this.props.record({ kind: kind.name, at: now(), ms: 0, result, served: false });
      return undefined;
    }
    return this.track(this.outcome(kind, by ?? this.props.crowd.next(kind)));
  }

  /** What is asked elsewhere, such as of S3. */
  record(kind: string, answer: Answer, served: readonly number[], complaint?: string): boolean {
    const { at, ms, result, target } = answer;
    const good = typeof result === 'number' && served.includes(result);
    const told = good && complaint !== undefined ? `${result}, but ${complaint}` : result;
    this.props.record({
      kind,
      at,
      ms,
      result: told,
      served: good && complaint === undefined,
      ...(target && { target }),
    });
    return good && complaint === undefined;
  }

  /** Resolves when everything under way has its outcome. */
  async settled(): Promise<void> {
    while (this.inFlight.size > 0) await Promise.allSettled(this.inFlight);
  }

  track<T>(work: Promise<T>): Promise<T> {
    const tracked = work.finally(() => this.inFlight.delete(tracked));
    this.inFlight.add(tracked);
    return tracked;
  }

  private async outcome(kind: Omit<Kind, 'share'>, { client, caller, passing }: Member): Promise<Answer | undefined> {
    const { population } = this.props;
    const answer = await client.call(kind.call(caller, population));
    if (passing) client.close();
    const complaint = crossOriginComplaint(answer, client.props.origin) ?? kind.complaint?.(answer, caller, population);
    return this.record(kind.name, answer, kind.served, complaint) ? answer : undefined;
  }
}

/** A browser shows its page no answer without this header. */
export function crossOriginComplaint({ headers }: Answer, origin: string | undefined): string | undefined {
  const allowed = headers['access-control-allow-origin'];
  if (origin === undefined || allowed === origin) return undefined;
  return `no page of ${origin} may read it (access-control-allow-origin is ${allowed ?? 'missing'})`;
}
