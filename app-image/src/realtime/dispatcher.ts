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

type Handler = (socket: RealtimeSocket, payload: unknown) => ReturnType<EventHandlers[IncomingEvent]>;
type Acknowledge = (answer: Answer) => void;

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
    let line = Promise.resolve();
    socket.onAny((event: unknown, ...args: unknown[]) => {
      const retryAfterMs = limit.take();
      const acknowledge = args.find((arg): arg is Acknowledge => typeof arg === 'function');
      if (retryAfterMs === 0) {
        told = false;
        line = line.then(() => this.handle(socket, event, args, acknowledge));
      } else if (acknowledge || !told) {
        // A flood without callbacks is told once, or the answers would be another one.
        told = true;
        const details = { retryAfterMs };
        answer(socket, event, failure(new Refusal('TOO_MANY_EVENTS', 'Slow down', details)), acknowledge);
      }
    });
  }

  private async handle(socket: RealtimeSocket, event: unknown, args: unknown[], acknowledge?: Acknowledge) {
    if (!socket.connected) return;
    answer(socket, event, await this.outcome(socket, event, args), acknowledge);
  }

  private async outcome(socket: RealtimeSocket, event: unknown, args: unknown[]): Promise<Answer> {
    try {
      if (!isIncoming(event)) throw new Refusal('UNKNOWN_EVENT', 'There is no such event');
      const given = args.find((arg) => typeof arg !== 'function') ?? {};
      const handler = this.handlers[event] as Handler;
      return { ok: true, ...(await handler(socket, parse(event, given))) };
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
  throw new Refusal('VALIDATION_FAILED', 'The event is not as it has to be', { fields });
}

const failure = ({ code, message, details }: Refusal) => ({ ok: false, code, message, ...details });

function answer(socket: RealtimeSocket, name: unknown, outcome: Answer, acknowledge?: Acknowledge): void {
  if (acknowledge) return void acknowledge(outcome);
  const event = String(name).slice(0, 64);
  const { ok, ...rest } = outcome;
  if (!ok) socket.emit('error-message', { event, ...(rest as { code: string; message: string }) });
  else if (Object.keys(rest).length > 0) socket.emit('event-answer', { event, ...rest });
}
