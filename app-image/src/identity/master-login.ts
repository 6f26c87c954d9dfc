import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Environment } from '../config/contract';
import { HttpError, parse } from '../http/errors';
import type { Logger } from '../log';
import { email, oneTimeCode, password } from './credentials';
import type { LoginEvents } from './login-events';
import { OneTimeCodes } from './one-time-codes';
import type { User, Users } from './users';

export interface MasterLoginProps {
  readonly environment: Pick<Environment, 'MASTER_PASSWORD' | 'MASTER_TOTP_SECRET'>;
  /** The connection that fails fast. */
  readonly redis: Redis;
  readonly users: Users;
  readonly events: LoginEvents;
  readonly log: Logger;
}

/** Signs the holder of two secrets in as any user. A privileged door: whatever it depends on being away closes it. */
export interface MasterLogin {
  /** Null when refused, without saying which of the factors, or the user, it was. */
  attempt(request: Request): Promise<User | null>;
}

const body = z.object({ email, masterPassword: password, totp: oneTimeCode });

/** Undefined where it is not configured. */
export function createMasterLogin(props: MasterLoginProps): MasterLogin | undefined {
  const { environment, redis, users, events, log } = props;
  const { MASTER_PASSWORD: secret, MASTER_TOTP_SECRET: totpSecret } = environment;
  if (!secret || !totpSecret) return undefined;

  const codes = new OneTimeCodes(redis, totpSecret);

  async function record(request: Request, address: string, user: User | null, succeeded: boolean): Promise<void> {
    log.warn({ requestId: request.id, ip: request.ip, userId: user?.id ?? null, succeeded }, 'master login');
    const event = { userId: user?.id ?? null, email: address, kind: 'master', succeeded } as const;
    try {
      await events.record(event, request);
    } catch (error) {
      throw closed(request, error, 'a master login was not recorded');
    }
  }

  function closed(request: Request, error: unknown, message: string): HttpError {
    log.error({ requestId: request.id, err: error }, message);
    return new HttpError(503, 'UNAVAILABLE', 'This is not available at the moment: try again later');
  }

  return {
    async attempt(request) {
      const given = parse(body, request.body);
      const user = await users.byEmail(given.email);
      let codeIsRight: boolean;
      try {
        codeIsRight = await codes.spend(given.totp);
      } catch (error) {
        await record(request, given.email, user, false);
        throw closed(request, error, 'redis is away: no master login');
      }
      // Both, always: a short cut would tell by its time which one is wrong.
      const passwordIsRight = same(given.masterPassword, secret);
      const admitted = codeIsRight && passwordIsRight && user?.isActive === true;
      await record(request, given.email, user, admitted);
      return admitted ? user : null;
    },
  };
}

/** Of equal length first, by a keyed hash: the comparison alone would tell the length. */
function same(given: string, expected: string): boolean {
  const key = randomBytes(32);
  const digest = (text: string) => createHmac('sha256', key).update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
