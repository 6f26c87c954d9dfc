import { createAdapter } from '@socket.io/redis-adapter';
import type { Redis } from 'ioredis';
import type { Environment } from '../config/contract';
import type { Logger } from '../log';
import { Outage } from '../outage';
import { leaveWhenSilent } from '../redis/silence';

/** Messages that Redis has not taken yet; more are dropped, as the memory of a process is not for a hanging Redis. */
const mostUnanswered = 10_000;

type Listener = (...received: unknown[]) => unknown;

export interface RoomAdapterProps {
  readonly environment: Pick<Environment, 'REDIS_DB'>;
  /** One that waits while Redis is away. */
  readonly publisher: Redis;
  /** Another one, for nothing else. */
  readonly subscriber: Redis;
  /** The subscriptions are new, and what was said before did not arrive. */
  readonly onMissed: () => void;
  readonly log: Logger;
}

/**
 * Makes the rooms of all processes one. While Redis is away each process has its own, and what is meant for another
 * one is dropped.
 *
 * The library gets only what it uses of a connection: it catches no error of what it sends, which would end the
 * process, and it would queue for as long as Redis is away.
 */
export function roomAdapter({ environment, publisher, subscriber, onMissed, log }: RoomAdapterProps) {
  const outage = new Outage(log, 'redis is away: messages for sockets of other processes are dropped');
  const failed = new Outage(log, 'a message of another process was not understood');
  let unanswered = 0;

  const publishing = {
    on: () => {},
    publish(channel: string, message: string | Buffer): void {
      if (publisher.status !== 'ready' || unanswered >= mostUnanswered)
        return void outage.note(new Error(publisher.status));
      unanswered += 1;
      publisher
        .publish(channel, message)
        .catch((error: Error) => outage.note(error))
        .finally(() => {
          unanswered -= 1;
        });
    },
  };
  const subscribing = {
    // Kept over every reconnection by the client. It fails only where the connection is closed for good.
    psubscribe: (pattern: string) => void subscriber.psubscribe(pattern).catch(() => {}),
    subscribe: (channels: string[]) => void subscriber.subscribe(...channels).catch(() => {}),
    on(event: string, listener: Listener): void {
      if (event === 'error') return;
      subscriber.on(event, async (...received: unknown[]) => {
        try {
          await listener(...received);
        } catch (error) {
          failed.note(error as Error);
        }
      });
    },
  };

  // Redis also cuts off who reads too slowly. By then the client has sent the subscriptions, and the answer comes after
  // theirs.
  subscriber.on('ready', () => void subscriber.ping().then(onMissed, () => {}));

  return {
    // Channels are common to all databases of a server, and rooms are not.
    adapter: createAdapter(publishing, subscribing, { key: `socket.io:${environment.REDIS_DB}` }),
    close: leaveWhenSilent([publisher, subscriber]),
  };
}
