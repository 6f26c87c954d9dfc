import type { Redis } from 'ioredis';
import type { Logger } from '../log';
import type { Metrics } from '../metrics';
import { Outage } from '../outage';
import { clockToleranceSeconds, type Identity } from './tokens';

const tokenKey = (id: string) => `revoked:token:${id}`;
const userKey = (id: string) => `revoked:user:${id}`;

const skipped = 'RevocationChecksSkipped';

export interface RevocationsProps {
  /** The connection that fails fast. */
  readonly redis: Redis;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** How long a token lives. */
  readonly lifetimeSeconds: number;
}

/** What was signed out before its time, known to all processes through Redis. */
export class Revocations {
  private readonly outage: Outage;
  private readonly listeners: ((userId: string) => void)[] = [];

  constructor(private readonly props: RevocationsProps) {
    props.metrics.declare(skipped);
    this.outage = new Outage(props.log, 'redis is away: tokens are taken without asking for revocations');
  }

  /** Of this process; the listener has to tell others. */
  onRevocation(listener: (userId: string) => void): void {
    this.listeners.push(listener);
  }

  /** @throws when Redis is away */
  async revokeToken({ tokenId, userId, expiresAt }: Pick<Identity, 'tokenId' | 'userId' | 'expiresAt'>): Promise<void> {
    const until = Math.ceil(expiresAt) + clockToleranceSeconds * 1000;
    await this.props.redis.set(tokenKey(tokenId), '1', 'PXAT', until);
    this.tell(userId);
  }

  /**
   * Every token that this user has got up to now.
   * @throws when Redis is away
   */
  async revokeUser(userId: string): Promise<void> {
    const seconds = this.props.lifetimeSeconds + clockToleranceSeconds;
    await this.props.redis.set(userKey(userId), Date.now(), 'EX', seconds);
    this.tell(userId);
  }

  /** No, when Redis is away: the service stays up, and a token lives for minutes only. */
  async isRevoked({ tokenId, userId, issuedAt }: Identity): Promise<boolean> {
    try {
      const [token, user] = await this.props.redis.mget(tokenKey(tokenId), userKey(userId));
      return token != null || (user != null && issuedAt <= Number(user));
    } catch (error) {
      this.props.metrics.count(skipped);
      this.outage.note(error as Error);
      return false;
    }
  }

  private tell(userId: string): void {
    for (const listener of this.listeners) listener(userId);
  }
}
