import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { ipKeyGenerator } from 'express-rate-limit';
import type { Redis } from 'ioredis';
import { forbidden, HttpError, unauthorized } from '../http/errors';
import { HitCounter } from '../http/hit-counter';
import type { Logger } from '../log';
import { Outage } from '../outage';

export interface OperatorsProps {
  readonly username: string;
  readonly password: string;
  /** The connection that fails fast. */
  readonly redis: Redis;
  readonly log: Logger;
}

/** Whoever forgot the password tries less often; whoever guesses twelve characters tries more often. */
const guesses = { limit: 10, windowMs: 15 * 60_000 };

const digest = (text: string) => createHash('sha256').update(text).digest();

/** `user:password` of HTTP basic authentication. */
function shown(request: Request): string | undefined {
  const [, encoded] = /^Basic +([\w+/=-]+)$/i.exec(request.headers.authorization ?? '') ?? [];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8');
}

/**
 * HTTP basic authentication, with wrong guesses counted by address over all processes. After too many the right password
 * does not help either, until the window ends. While Redis is away nothing is counted, as with every other limit.
 */
export function operatorsOnly({ username, password, redis, log }: OperatorsProps): RequestHandler {
  const right = digest(`${username}:${password}`);
  const counter = new HitCounter(redis);
  const outage = new Outage(log, 'redis is away: wrong passwords of the queue dashboard are not counted');
  const keyOf = (request: Request) => `queue-dashboard:wrong:${ipKeyGenerator(request.ip ?? '')}`;

  async function wrongSoFar(request: Request): Promise<number> {
    return Number(await redis.get(keyOf(request)));
  }

  async function countWrong(request: Request): Promise<number> {
    const [hits] = await counter.count(keyOf(request), guesses.windowMs);
    log.warn({ requestId: request.id, ip: request.ip, hits }, 'wrong password for the queue dashboard');
    return hits - 1;
  }

  return async (request, response, next) => {
    const given = shown(request);
    const isRight = given !== undefined && timingSafeEqual(digest(given), right);
    // A browser's first request has none, and is no guess.
    if (given !== undefined) {
      const before = await (isRight ? wrongSoFar(request) : countWrong(request)).catch((error: Error) => {
        outage.note(error);
        return 0;
      });
      if (before >= guesses.limit) {
        response.setHeader('Retry-After', guesses.windowMs / 1000);
        throw new HttpError(429, 'RATE_LIMIT_EXCEEDED', 'Too many wrong passwords: try again in 15 minutes');
      }
    }
    if (isRight) return next();
    response.setHeader('WWW-Authenticate', 'Basic realm="Job queues", charset="UTF-8"');
    throw unauthorized('Sign in as BULL_BOARD_USERNAME with BULL_BOARD_PASSWORD');
  };
}

/**
 * A browser sends the password along with whatever a page of another site makes it send. It also says where that page
 * is from; what does neither is no browser.
 */
export const sameOriginOnly: RequestHandler = (request, _response, next) => {
  const { 'sec-fetch-site': site, origin, host } = request.headers;
  const reads = request.method === 'GET' || request.method === 'HEAD';
  const isOwn = site === undefined ? origin === undefined || hostOf(origin) === host : site === 'same-origin';
  next(reads || isOwn ? undefined : forbidden('Only pages of the dashboard itself may do this'));
};

const hostOf = (origin: string) => (URL.canParse(origin) ? new URL(origin).host : undefined);
