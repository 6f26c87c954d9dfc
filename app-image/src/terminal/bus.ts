import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { RedisConnections } from '../redis/redis';
import { leaveWhenSilent } from '../redis/silence';
import { timeLimit } from '../time-limit';
import { processKey } from './keys';

/** Longer than a command of a request may take: who waits here would be cut off otherwise. */
const answerWithinMs = 1_000;

export interface BusProps {
  readonly redis: RedisConnections;
  readonly onMessage: (channel: string, message: Buffer) => void;
  readonly onReady: () => void;
  /** Messages may have been lost, and more of them will be. */
  readonly onLost: () => void;
}

/**
 * Channels of Redis between the processes. It says when what was sent may not have arrived, as publishing itself does
 * not; to begin anew is for its user.
 */
export class Bus {
  /** Of this process, among all that ever ran. */
  readonly process = randomBytes(8).toString('hex');
  private readonly publisher: Redis;
  private readonly subscriber: Redis;
  private readonly holders = new Map<string, number>();
  readonly close: () => void;

  constructor({ redis, onMessage, onReady, onLost }: BusProps) {
    this.publisher = redis.open('terminal-publisher');
    this.subscriber = redis.open('terminal-subscriber');
    // We subscribe anew ourselves, to know when it is done.
    this.subscriber.options.autoResubscribe = false;
    this.subscriber.on('messageBuffer', (channel: Buffer, message: Buffer) => onMessage(channel.toString(), message));
    for (const connection of [this.publisher, this.subscriber])
      connection.on('close', onLost).on('ready', () => {
        if (this.isReady) onReady();
      });
    this.close = leaveWhenSilent([this.publisher, this.subscriber]);
  }

  get isReady(): boolean {
    return this.publisher.status === 'ready' && this.subscriber.status === 'ready';
  }

  /** Sent at once or not at all: what waited for Redis to come back would be late. */
  publish(channel: string, message: Buffer): void {
    // Where it fails the connection has closed, which is said elsewhere.
    if (this.publisher.status === 'ready') this.publisher.publish(channel, message).catch(() => {});
  }

  /** Until it is released as often. @throws when Redis does not answer in time; it is held nevertheless */
  async hold(channel: string): Promise<void> {
    this.holders.set(channel, (this.holders.get(channel) ?? 0) + 1);
    await this.subscribe([channel]);
  }

  release(channel: string): void {
    const holders = (this.holders.get(channel) ?? 0) - 1;
    if (holders > 0) return void this.holders.set(channel, holders);
    this.holders.delete(channel);
    if (this.subscriber.status === 'ready') this.subscriber.unsubscribe(channel).catch(() => {});
  }

  /** After it was lost. @throws when Redis does not answer in time */
  async subscribeAnew(): Promise<void> {
    const channels = [...this.holders.keys()];
    if (channels.length > 0) await this.subscribe(channels);
  }

  /**
   * Says that this process is there, and asks which of these are.
   *
   * @throws when Redis does not answer in time
   */
  async beat(processes: readonly string[], aliveForMs: number): Promise<ReadonlySet<string>> {
    // The publisher's own connection: if that hangs, or leads to a replica, it shows here.
    const said = this.publisher.set(processKey(this.process), 1, 'PX', aliveForMs);
    const asked = processes.length > 0 ? this.publisher.mget(processes.map(processKey)) : Promise.resolve([]);
    const [, answers] = await timeLimit(Promise.all([said, asked]), answerWithinMs, "The relay's heartbeat");
    return new Set(processes.filter((_, index) => answers[index] != null));
  }

  private async subscribe(channels: readonly string[]): Promise<void> {
    await timeLimit(this.subscriber.subscribe(...channels), answerWithinMs, 'Subscribing');
  }
}
