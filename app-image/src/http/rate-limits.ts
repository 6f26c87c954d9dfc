import type { Request, RequestHandler, Response } from 'express';
import { type AugmentedRequest, ipKeyGenerator, rateLimit } from 'express-rate-limit';
import type { Redis } from 'ioredis';
import type { Logger } from '../log';
import type { Metrics } from '../metrics';
import { HitCounter } from './hit-counter';
import { SharedStore } from './rate-limit-store';

interface Limit {
  /** Below /api. */
  readonly paths: readonly string[];
  readonly windowMs: number;
  /** Requests of one client in one window, over all processes. */
  readonly limit: number;
  readonly client: (request: Request) => string;
}

const minute = 60_000;

const byAddress = (request: Request) => `ip:${ipKeyGenerator(request.ip ?? '')}`;

/** Whole schools share an address: who has shown a valid token has a window of their own. */
const byUser = (request: Request) => (request.identity ? `user:${request.identity.userId}` : byAddress(request));

/** The first whose paths hold a request counts it; nothing about /api/health and /api/ready is counted. */
export const limits: Readonly<Record<'auth' | 'ai' | 'general', Limit>> = {
  /** A long window, to slow down whoever tries passwords. */
  auth: { paths: ['/auth'], windowMs: 15 * minute, limit: 10, client: byAddress },
  ai: { paths: ['/ai', '/tts', '/translation'], windowMs: minute, limit: 30, client: byUser },
  general: { paths: [''], windowMs: minute, limit: 100, client: byUser },
};

/** Mounted at /api, before anything reads the body or looks at the credentials. */
export function rateLimits(redis: Redis, log: Logger, metrics: Metrics): RequestHandler {
  const counter = new HitCounter(redis);
  const limiters = Object.entries(limits).map(([name, { paths, windowMs, limit, client }]) => ({
    paths,
    count: rateLimit({
      windowMs,
      limit,
      keyGenerator: client,
      store: new SharedStore(counter, name, log, metrics),
      standardHeaders: 'draft-6',
      legacyHeaders: false,
      // Its checks warn about proxies that are not configured: TRUST_PROXY_HOPS is.
      validate: false,
      handler: refuse,
    }),
  }));

  return (request, response, next) => {
    // Routes don't tell upper from lower case, so neither may their limits.
    const path = request.path.toLowerCase();
    const holds = (prefix: string) => path === prefix || path.startsWith(`${prefix}/`);
    const limiter = limiters.find(({ paths }) => paths.some(holds));
    if (limiter === undefined) return next();
    void limiter.count(request, response, (error) => {
      stampReset(request, response);
      next(error);
    });
  };
}

function refuse(request: Request, response: Response): void {
  stampReset(request, response);
  response.status(429).json({
    success: false,
    code: 'RATE_LIMIT_EXCEEDED',
    message: 'Too many requests. Please slow down and try again later.',
    retryAfter: Math.max(1, Math.ceil((endOfWindow(request) - Date.now()) / 1000)),
    timestamp: new Date().toISOString(),
  });
}

/** The platform documents RateLimit-Reset as a Unix timestamp; the draft, and so the library, counts seconds from now. */
function stampReset(request: Request, response: Response): void {
  response.setHeader('RateLimit-Reset', Math.ceil(endOfWindow(request) / 1000));
}

function endOfWindow(request: Request): number {
  const { resetTime = new Date() } = (request as Partial<AugmentedRequest>).rateLimit ?? {};
  return resetTime.getTime();
}
