import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Logger } from '../log';
import { HttpError } from './errors';

/** What an id of somebody else may look like: it ends up in logs. */
const foreignId = /^[\w.:=;-]{8,128}$/;
const platformSlug = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** An id for every request, the caller's where it is one, so that one line of a log leads to another's. */
export const requestId: RequestHandler = (request, response, next) => {
  const { 'x-request-id': given } = request.headers;
  request.id = typeof given === 'string' && foreignId.test(given) ? given : randomUUID();
  response.setHeader('X-Request-Id', request.id);
  next();
};

/** The product a request is for. Tenants are rows of the platform's database: any slug may be one. */
export const platform: RequestHandler = (request, _response, next) => {
  const { 'x-platform': given } = request.headers;
  if (given === undefined || given === '') return next();
  if (typeof given === 'string' && platformSlug.test(given.toLowerCase())) {
    request.platform = given.toLowerCase();
    return next();
  }
  next(new HttpError(400, 'INVALID_PLATFORM', 'X-Platform must be a slug such as mr-mentor or my-analytics-school'));
};

/** One line for each answer, at a level below the usual: the balancer's access logs have them all. */
export function accessLog(log: Logger): RequestHandler {
  return (request, response, next) => {
    const began = performance.now();
    response.once('close', () => {
      const { id: requestId, method, platform } = request;
      const [path] = request.originalUrl.split('?', 1);
      const ms = Math.round(performance.now() - began);
      const status = response.writableFinished ? response.statusCode : 'aborted';
      log.debug({ requestId, method, path, status, ms, platform }, 'request');
    });
    next();
  };
}
