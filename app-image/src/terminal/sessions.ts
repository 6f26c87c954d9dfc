import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Identity } from '../identity/tokens';
import { channelOf, processKey, sessionKey, userKey } from './keys';
import { otherRole, type Role } from './protocol';
import { type Scripts, withScripts } from './session-scripts';

/** From its creation, and again from the last moment at which both ends were connected: time to start a CLI, or a laptop. */
export const sessionMs = 5 * 60_000;
/** Longer than a day's lessons; what a forgotten machine would keep open for ever ends then. */
const longestMs = 12 * 60 * 60_000;
/** Of one user at once: some for tabs, none for a script gone wild. */
export const mostSessions = 5;

const digest = (token: string) => createHash('sha256').update(token).digest('hex');

/** Who has a role in a session: a connection of a process. */
export interface Seat {
  readonly session: string;
  readonly role: Role;
  /** Unique among all connections of all processes: `process/number`. */
  readonly name: string;
  /** Whose session it is. */
  readonly userId: string;
}
export const processOf = (seatName: string): string => seatName.split('/', 1)[0] ?? '';

export interface Session {
  readonly id: string;
  /** Who made it, with the token it was made with. */
  readonly owner: Identity;
  readonly cliTokenHash: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Names of seats. Their process may have ended without giving them back. */
  readonly seats: Readonly<Partial<Record<Role, string>>>;
}

export interface Taken {
  /** Rises with each seat that is taken in the session. */
  readonly number: number;
  /** The seat of the other role. */
  readonly other: string | undefined;
}

/** The sessions of all processes, in Redis. Everything throws when it is away. */
export class Sessions {
  private readonly redis: Redis & Scripts;

  /** @param redis the connection that fails fast */
  constructor(redis: Redis) {
    this.redis = withScripts(redis);
  }

  /** Undefined when the user has as many as they may. */
  async create(owner: Identity): Promise<{ readonly id: string; readonly cliToken: string } | undefined> {
    const id = randomUUID();
    const cliToken = randomBytes(32).toString('base64url');
    const record = [JSON.stringify(owner), digest(cliToken)] as const;
    const keys = [sessionKey(id), userKey(owner.userId)] as const;
    const created = await this.redis.createTerminalSession(...keys, id, mostSessions, sessionMs, ...record);
    return created === 1 ? { id, cliToken } : undefined;
  }

  async find(id: string): Promise<Session | undefined> {
    const { owner, cliTokenHash, createdAt, cli, browser } = await this.redis.hgetall(sessionKey(id));
    if (owner === undefined || cliTokenHash === undefined) return undefined;
    return { id, owner: JSON.parse(owner), cliTokenHash, createdAt: Number(createdAt), seats: { cli, browser } };
  }

  isCliToken({ cliTokenHash }: Session, token: string): boolean {
    return timingSafeEqual(Buffer.from(cliTokenHash, 'hex'), Buffer.from(digest(token), 'hex'));
  }

  /** Ids of those that have not ended. */
  listOf(userId: string): Promise<string[]> {
    return this.redis.zrangebyscore(userKey(userId), Date.now(), '+inf');
  }

  /** Milliseconds until it ends, and which of its seats a living process holds. */
  async state({ id, seats }: Session): Promise<{ readonly leftMs: number } & Record<Role, boolean>> {
    const alive = async (seat: string | undefined) =>
      seat !== undefined && (await this.redis.exists(processKey(processOf(seat)))) === 1;
    const [leftMs, cli, browser] = await Promise.all([
      this.redis.pttl(sessionKey(id)),
      alive(seats.cli),
      alive(seats.browser),
    ]);
    return { leftMs: Math.max(0, leftMs), cli, browser };
  }

  /** From whomever has it. Undefined when the session has ended. */
  async take({ session, role, name }: Seat): Promise<Taken | undefined> {
    const taken = await this.redis.takeTerminalSeat(
      sessionKey(session),
      channelOf(session, role),
      role,
      otherRole(role),
      name,
    );
    return taken === null ? undefined : { number: taken[0], other: taken[1] ?? undefined };
  }

  /** Whether the seat is still held. @param paired both ends are connected: the session's time begins anew */
  keep({ session, role, name, userId }: Seat, paired: boolean): Promise<'kept' | 'replaced' | 'ended'> {
    const keys = [sessionKey(session), userKey(userId)] as const;
    return this.redis.keepTerminalSeat(...keys, role, name, paired ? 1 : 0, session, sessionMs, longestMs);
  }

  async giveBack({ session, role, name }: Seat): Promise<void> {
    await this.redis.giveBackTerminalSeat(sessionKey(session), role, name);
  }

  /** Whoever is connected is told by its process. */
  async end({ id, owner }: Session): Promise<void> {
    const channels = [channelOf(id, 'cli'), channelOf(id, 'browser')] as const;
    await this.redis.endTerminalSession(sessionKey(id), userKey(owner.userId), ...channels, id);
  }
}
