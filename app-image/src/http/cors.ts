import cors from 'cors';
import type { RequestHandler } from 'express';
import { HttpError } from './errors';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
const allowedHeaders = ['Authorization', 'Content-Type', 'X-API-Key', 'X-Platform', 'X-Request-Id'];
const exposedHeaders = ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset', 'Retry-After', 'X-Request-Id'];
/** Chromium keeps a preflight's answer for two hours at most. */
const preflightSeconds = 7200;

/** Whether a page of this origin may call the service; Express and Socket.IO both ask it. */
export function originAllowed(origins: readonly string[], origin: string): boolean {
  // The contract refuses the wildcard wherever the service is deployed.
  return origins.includes('*') || origins.includes(origin);
}

/**
 * A call without an origin comes from no browser (curl, mobile, another service) and is served; so is `null`, that of
 * files and sandboxed frames, but no page gets to read that answer.
 */
export function crossOrigin(origins: readonly string[]): RequestHandler {
  const answerPages = cors({
    methods,
    allowedHeaders,
    exposedHeaders,
    maxAge: preflightSeconds,
    // Socket.IO's long polling needs the balancer's stickiness cookie.
    credentials: true,
    origin: (origin, answer) => {
      if (origin === undefined || origin === 'null') return answer(null, false);
      if (originAllowed(origins, origin)) return answer(null, origin);
      answer(new HttpError(403, 'ORIGIN_NOT_ALLOWED', 'Pages of this origin may not call this service'));
    },
  });
  return (request, response, next) => {
    if (request.headers.origin !== undefined) return answerPages(request, response, next);
    // A cache must not give this answer, which allows no page, to one.
    response.setHeader('Vary', 'Origin');
    next();
  };
}
