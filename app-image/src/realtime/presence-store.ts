import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { ask } from './ask-redis';
import type { Presence } from './participant';
import {
  meetingsOfProcess,
  type PresenceCommands,
  participantsOf,
  processesKey,
  usersOfProcess,
  withPresenceCommands,
} from './presence-scripts';

/** A process that is silent for so long is gone, and whoever was connected to it with it. */
export const deadAfterMs = 5_000;

/**
 * Who is online, and who is in which meeting from which socket of which process: in Redis, so that no process ever
 * asks another one. Every method throws Unavailable while Redis is away.
 */
export class PresenceStore {
  readonly process = randomUUID();
  /** What Redis knows of this process may be wrong: something was not written. */
  stale = true;
  private readonly redis: PresenceCommands;
  private readonly own = { meetings: meetingsOfProcess(this.process), users: usersOfProcess(this.process) };

  constructor(redis: Redis) {
    this.redis = withPresenceCommands(redis);
  }

  /** @returns who had the user's seat in this meeting until now */
  async enter(entry: Presence): Promise<Presence | undefined> {
    const { meetingId, userId } = entry;
    const keys = [participantsOf(meetingId), this.own.meetings];
    const previous = await this.write(() => this.redis.enterMeeting(...keys, userId, JSON.stringify(entry), meetingId));
    return previous === null ? undefined : JSON.parse(previous);
  }

  async leave({ meetingId, userId, socketId }: Presence): Promise<void> {
    await this.write(() => this.redis.leaveMeeting(participantsOf(meetingId), userId, socketId));
  }

  /** Nobody of this process is in the meeting any more. */
  async forget(meetingId: string): Promise<void> {
    await this.write(() => this.redis.srem(this.own.meetings, meetingId));
  }

  async update(entry: Presence): Promise<void> {
    const { meetingId, userId, socketId } = entry;
    await this.write(() =>
      this.redis.updateParticipant(participantsOf(meetingId), userId, socketId, JSON.stringify(entry)),
    );
  }

  /** Everybody out. */
  async clear(meetingId: string): Promise<void> {
    await this.write(() => this.redis.del(participantsOf(meetingId)));
  }

  /** Longest there first. */
  async participants(meetingId: string): Promise<Presence[]> {
    const entries = await this.ask(() => this.redis.hvals(participantsOf(meetingId)));
    return entries.map((entry): Presence => JSON.parse(entry)).sort((a, b) => a.joinedAt - b.joinedAt);
  }

  /** Those in which there is nobody. */
  async emptyOf(meetingIds: readonly string[]): Promise<string[]> {
    const sizes = await this.ask(() => Promise.all(meetingIds.map((id) => this.redis.hlen(participantsOf(id)))));
    return meetingIds.filter((_, index) => sizes[index] === 0);
  }

  /** The first socket of this user on this process came, or the last one went. */
  async online(userId: string, isOnline: boolean): Promise<void> {
    const { users } = this.own;
    await this.write(() => (isOnline ? this.redis.sadd(users, userId) : this.redis.srem(users, userId)));
  }

  /** Of all processes. */
  async onlineUsers(): Promise<string[]> {
    const processes = await this.ask(() => this.redis.zrange(processesKey, 0, '-1'));
    return processes.length === 0 ? [] : this.ask(() => this.redis.sunion(processes.map(usersOfProcess)));
  }

  /**
   * Says that this process lives.
   * @param mayBury whether to take those out whose process is gone; each is found by one process only
   */
  async beat(mayBury: boolean): Promise<{ readonly known: boolean; readonly lost: readonly Presence[] }> {
    const [known, lost] = await this.ask(() =>
      this.redis.beat(processesKey, this.process, deadAfterMs, mayBury ? 1 : 0),
    );
    return { known: known === 1, lost: lost.map((entry) => JSON.parse(entry)) };
  }

  /** Makes what Redis knows of this process what it is, after an outage or a flush. */
  async restore(users: readonly string[], entries: readonly Presence[]) {
    this.stale = false;
    const own = entries.map((entry) => JSON.stringify(entry));
    const keys = [this.own.meetings, this.own.users];
    const values = [this.process, users.length, ...users, ...own];
    const [lost, displaced, changed] = await this.write(() => this.redis.restoreProcess(...keys, ...values));
    return { lost, displaced: displaced.map((entry): Presence => JSON.parse(entry)), changed };
  }

  /** This process ends, and has nobody any more. */
  async goodbye(): Promise<void> {
    await this.ask(() =>
      this.redis.multi().zrem(processesKey, this.process).del(this.own.meetings, this.own.users).exec(),
    );
  }

  private ask<T>(command: () => Promise<T>): Promise<T> {
    return ask(this.redis, command);
  }

  private async write<T>(command: () => Promise<T>): Promise<T> {
    try {
      return await this.ask(command);
    } catch (error) {
      this.stale = true;
      throw error;
    }
  }
}
