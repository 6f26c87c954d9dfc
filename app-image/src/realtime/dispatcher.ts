import { isUnavailable } from '../database/unavailable';
import type { Logger } from '../log';
import { Outage } from '../outage';
import { EventLimit } from './event-limit';
import { type IncomingEvent, incoming, isIncoming, type Payload } from './events';
import { Refusal } from './refusal';
import type { RealtimeSocket } from './sockets';

type Answer = Readonly<Record<string, unknown>>;

export type EventHandlers = {
  readonly [E in IncomingEvent]: (
    socket: RealtimeSocket,
    payload: Payload<E>,
    // biome-ignore lint/suspicious/noConfusingVoidType: most events have nothing to answer but that they are done
  ) => Answer | void | Promise<Answer | void>;
};

/** As many as a client may say at once; only while PostgreSQL hangs are there more. */
const mostWaiting = 200;
const waitMs = 1_000;

type Handler = (socket: RealtimeSocket, payload: unknown) => ReturnType<EventHandlers[IncomingEvent]>;
type Acknowledge = (answer: Answer) => void;
type Work = () => ReturnType<Handler>;

/** Hands each event, validated, to its handler, and answers. Whatever a client sends, nothing is thrown. */
export class Dispatcher {
  private readonly outage: Outage;

  constructor(
    private readonly handlers: EventHandlers,
    private readonly log: Logger,
  ) {
    this.outage = new Outage(log, 'a dependency is away: socket events are answered with UNAVAILABLE');
  }

  /** From now on. Events of one socket are done one after the other, as they came. */
  attach(socket: RealtimeSocket): void {
    const limit = new EventLimit();
    let told = false;
    let waiting = 0;
    let line = Promise.resolve();
    socket.onAny((event: unknown, ...args: unknown[]) => {
      const retryAfterMs = waiting < mostWaiting ? limit.take() : waitMs;
      const acknowledge = args.find((arg): arg is Acknowledge => typeof arg === 'function');
      if (retryAfterMs === 0) {
        told = false;
        waiting += 1;
        // Read at once, so that what waits is no larger than it may be.
        const work = this.workOf(socket, event, args);
        line = line
          .then(() => this.handle(socket, event, work, acknowledge))
          .finally(() => {
            waiting -= 1;
          });
      } else if (acknowledge || !told) {
        // A flood without callbacks is told once, or the answers would be another one.
        told = true;
        const details = { retryAfterMs };
        answer(socket, event, failure(new Refusal('TOO_MANY_EVENTS', 'Slow down', details)), acknowledge);
      }
    });
  }

  private async handle(socket: RealtimeSocket, event: unknown, work: Work, acknowledge?: Acknowledge) {
    if (!socket.connected) return;
    answer(socket, event, await this.outcome(socket, event, work), acknowledge);
  }

  private workOf(socket: RealtimeSocket, event: unknown, args: readonly unknown[]): Work {
    const fail = (refusal: Refusal) => () => Promise.reject(refusal);
    if (!isIncoming(event)) return fail(new Refusal('UNKNOWN_EVENT', 'There is no such event'));
    const payload = parse(event, args.find((arg) => typeof arg !== 'function') ?? {});
    const handler = this.handlers[event] as Handler;
    return payload instanceof Refusal ? fail(payload) : () => handler(socket, payload);
  }

  private async outcome(socket: RealtimeSocket, event: unknown, work: Work): Promise<Answer> {
    try {
      return { ok: true, ...(await work()) };
    } catch (error) {
      if (error instanceof Refusal) return failure(error);
      if (isUnavailable(error)) {
        this.outage.note(error as Error);
        return failure(new Refusal('UNAVAILABLE', 'This cannot be done for a moment: try again'));
      }
      this.log.error({ socket: socket.id, event, err: error }, 'socket event failed');
      return failure(new Refusal('INTERNAL_ERROR', 'The service failed to do this'));
    }
  }
}

function parse(event: IncomingEvent, given: unknown): unknown {
  const result = incoming[event].safeParse(given);
  if (result.success) return result.data;
  const fields = result.error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
  return new Refusal('VALIDATION_FAILED', 'The event is not as it has to be', { fields });
}

const failure = ({ code, message, details }: Refusal) => ({ ok: false, code, message, ...details });

function answer(socket: RealtimeSocket, name: unknown, outcome: Answer, acknowledge?: Acknowledge): void {
  if (acknowledge) return void acknowledge(outcome);
  const event = String(name).slice(0, 64);
  const { ok, ...rest } = outcome;
  if (!ok) socket.emit('error-message', { event, ...(rest as { code: string; message: string }) });
  else if (Object.keys(rest).length > 0) socket.emit('event-answer', { event, ...rest });
}
