import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator } from 'express-rate-limit';
import type { Redis } from 'ioredis';
import type { Logger } from '../log';
import type { Metrics } from '../metrics';
import { Outage } from '../outage';
import { HitCounter } from './hit-counter';

interface Limit {
  readonly name: string;
  /** Below /api. */
  readonly paths: readonly string[];
  readonly windowMs: number;
  /** Requests of one client in one window, over all processes. */
  readonly limit: number;
  readonly client: (request: Request) => string;
}

const minute = 60_000;

/** Whoever has an IPv6 address has a whole subnet of them, which counts as one. */
const byAddress = (request: Request) => `ip:${ipKeyGenerator(request.ip ?? '')}`;

/** Whole schools share an address: who has shown a valid token has a window of their own. */
const byUser = (request: Request) => (request.identity ? `user:${request.identity.userId}` : byAddress(request));

/** The first whose paths hold a request counts it; nothing about /api/health and /api/ready is counted. */
const limits: readonly Limit[] = [
  // A long window, to slow down whoever tries passwords.
  { name: 'auth', paths: ['/auth'], windowMs: 15 * minute, limit: 10, client: byAddress },
  { name: 'ai', paths: ['/ai', '/tts', '/translation'], windowMs: minute, limit: 30, client: byUser },
  // Of Meta and Exotel, which send for all their numbers from few addresses, and in bursts.
  { name: 'webhooks', paths: ['/exotel', '/whatsapp/webhook'], windowMs: minute, limit: 1_000, client: byAddress },
  { name: 'general', paths: [''], windowMs: minute, limit: 100, client: byUser },
];

const notLimited = 'RequestsNotRateLimited';

/**
 * Mounted at /api, before anything reads the body or looks at the credentials. Without Redis every request is let
 * through: an outage of the counter must not become one of the service.
 *
 * Of express-rate-limit only its key of an address is left: with its store for Redis, a service that starts while Redis
 * is away never counts again, and each request costs twice as much.
 */
export function rateLimits(redis: Redis, log: Logger, metrics: Metrics): RequestHandler {
  const counter = new HitCounter(redis);
  const outage = new Outage(log, 'redis is away: requests are not rate-limited');
  metrics.declare(notLimited);

  return (request, response, next) => {
    const { name, windowMs, limit, client } = limitOf(request.path);
    counter.count(`rate-limit:${name}:${client(request)}`, windowMs).then(
      ([hits, leftMs]) => {
        stamp(response, limit, hits, leftMs);
        if (hits > limit) refuse(response, leftMs, windowMs);
        else next();
      },
      (error: Error) => {
        metrics.count(notLimited);
        outage.note(error);
        next();
      },
    );
  };
}

function limitOf(requestPath: string): Limit {
  // Routes don't tell upper from lower case, so neither may their limits.
  const path = requestPath.toLowerCase();
  const holds = (prefix: string) => path === prefix || path.startsWith(`${prefix}/`);
  const limit = limits.find(({ paths }) => paths.some(holds));
  if (limit === undefined) throw new Error('There is always the general limit');
  return limit;
}

/** The platform documents the reset as a Unix timestamp; the draft standard of these names counts seconds from now. */
function stamp(response: Response, limit: number, hits: number, leftMs: number): void {
  response.setHeader('RateLimit-Limit', limit);
  response.setHeader('RateLimit-Remaining', Math.max(0, limit - hits));
  response.setHeader('RateLimit-Reset', Math.ceil((Date.now() + leftMs) / 1000));
}

function refuse(response: Response, leftMs: number, windowMs: number): void {
  const retryAfter = Math.max(1, Math.min(Math.ceil(leftMs / 1000), windowMs / 1000));
  response.setHeader('Retry-After', retryAfter);
  response.status(429).json({
    success: false,
    code: 'RATE_LIMIT_EXCEEDED',
    message: 'Too many requests. Please slow down and try again later.',
    retryAfter,
    timestamp: new Date().toISOString(),
  });
}
