import type { Redis } from 'ioredis';
import { Secret, TOTP } from 'otpauth';

/** Steps of 30 s before and after the present one: a phone's clock is that good. */
const tolerance = 1;
/** Longer than a code can be right: three steps. */
const rememberedSeconds = 120;

/** The codes of an authenticator app (RFC 6238), each of which works once. */
export class OneTimeCodes {
  private readonly totp: TOTP;

  /** @param redis the connection that fails fast */
  constructor(
    private readonly redis: Redis,
    secret: string,
  ) {
    this.totp = new TOTP({ secret: Secret.fromBase32(secret) });
  }

  /**
   * Whether the code is right and was not tried before, by any process. A wrong one is spent as a right one is, so
   * that time tells nobody which it was.
   *
   * @throws when Redis is away
   */
  async spend(code: string): Promise<boolean> {
    const fresh = await this.redis.set(`one-time-code:${code}`, '1', 'EX', rememberedSeconds, 'NX');
    const right = this.totp.validate({ token: code, window: tolerance }) !== null;
    return right && fresh !== null;
  }
}
