import type { Redis } from 'ioredis';
import { ask } from './ask-redis';
import type { Recording, Timer } from './sockets';

/** Longer than any meeting; what an outage left behind goes by itself. */
const keptSeconds = 24 * 60 * 60;

const keyOf = (meetingId: string) => `meeting:${meetingId}:state`;

interface States {
  readonly recording: Recording;
  readonly timer: Timer;
}

/** What belongs to a meeting and to nobody in it, for those who come later. Throws Unavailable while Redis is away. */
export class MeetingState {
  constructor(private readonly redis: Redis) {}

  async read(meetingId: string): Promise<Partial<States>> {
    const fields = await ask(this.redis, () => this.redis.hgetall(keyOf(meetingId)));
    return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, JSON.parse(value)]));
  }

  async set<N extends keyof States>(meetingId: string, name: N, state: States[N]): Promise<void> {
    const key = keyOf(meetingId);
    await ask(this.redis, () =>
      this.redis.multi().hset(key, name, JSON.stringify(state)).expire(key, keptSeconds).exec(),
    );
  }

  /** @returns false where there is one already */
  async setFirst<N extends keyof States>(meetingId: string, name: N, state: States[N]): Promise<boolean> {
    const key = keyOf(meetingId);
    const setting = () => this.redis.multi().hsetnx(key, name, JSON.stringify(state)).expire(key, keptSeconds).exec();
    const results = await ask(this.redis, setting);
    return results?.[0]?.[1] === 1;
  }

  /** @returns what there was */
  async take<N extends keyof States>(meetingId: string, name: N): Promise<States[N] | undefined> {
    const key = keyOf(meetingId);
    const results = await ask(this.redis, () => this.redis.multi().hget(key, name).hdel(key, name).exec());
    const held = results?.[0]?.[1];
    return typeof held === 'string' ? JSON.parse(held) : undefined;
  }

  async clear(meetingId: string): Promise<void> {
    await ask(this.redis, () => this.redis.del(keyOf(meetingId)));
  }
}
