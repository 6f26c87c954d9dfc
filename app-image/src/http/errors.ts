import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { ZodError, ZodType } from 'zod';
import { isUnavailable } from '../database/unavailable';
import type { Logger } from '../log';
import { Outage } from '../outage';
import { QueuesUnavailable } from '../queues/unavailable';

/** An answer that is not the good one. Its message is for the caller: nothing of the inside goes in. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details?: Readonly<Record<string, unknown>>,
  ) {
    super(message);
    this.name = 'HttpError';
  }
}

export const unauthorized = (message: string) => new HttpError(401, 'UNAUTHORIZED', message);
export const forbidden = (message: string) => new HttpError(403, 'FORBIDDEN', message);
export const notFound = (message: string) => new HttpError(404, 'NOT_FOUND', message);

/** What the caller sent, in the shape it has to have; a 400 that names every bad field otherwise. */
export function parse<T>(schema: ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw invalid(result.error);
}

function invalid(error: ZodError): HttpError {
  const fields = error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
  return new HttpError(400, 'VALIDATION_FAILED', 'The request is not as it has to be', { fields });
}

export const nothingHere: RequestHandler = () => {
  throw notFound('There is nothing at this path');
};

/** What Express and its parsers say in their own words. */
const codes: Readonly<Record<number, readonly [code: string, message: string]>> = {
  400: ['BAD_REQUEST', 'The request cannot be read'],
  403: ['FORBIDDEN', 'This is not allowed'],
  404: ['NOT_FOUND', 'There is nothing at this path'],
  408: ['REQUEST_TIMEOUT', 'The request did not arrive in time'],
  413: ['PAYLOAD_TOO_LARGE', 'The body is larger than 20 MB; upload files with a presigned URL'],
  415: ['UNSUPPORTED_MEDIA_TYPE', 'The body has an encoding or character set that is not read here'],
};

/** Every error becomes JSON without internals; the log has the rest, under the request's id. */
export function answerErrors(log: Logger): ErrorRequestHandler {
  const outages = new Map<Answer, Outage>([
    [unavailable, new Outage(log, 'the database is away: requests are answered with 503')],
    [queuesUnavailable, new Outage(log, 'redis is away: requests that add a job are answered with 503')],
  ]);
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const answerable = answerOf(error);
    const { status, code, message, details } = answerable;
    const outage = outages.get(answerable);
    if (outage) outage.note(error as Error);
    else if (status >= 500) log.error({ requestId: request.id, method: request.method, err: error }, 'request failed');
    const answer = () =>
      response.status(status).json({ success: false, code, message, ...details, requestId: request.id });
    if (status === 413) answer();
    else afterBody(request, response, answer);
  };
}

/** What is read of a body that nobody asked for, at most. */
const patience = { bytes: 20 * 1024 * 1024, ms: 5_000 };

/** On a connection that closes, an answer before the end of the body would be reset under a client still sending. */
function afterBody(request: Request, response: Response, answer: () => void): void {
  const closes = response.getHeader('connection') === 'close' || !response.shouldKeepAlive;
  if (request.complete || !closes) return void answer();
  let left = patience.bytes;
  let answered = false;
  const once = () => {
    clearTimeout(timer);
    if (!answered) answer();
    answered = true;
  };
  const timer = setTimeout(once, patience.ms);
  request.once('end', once).on('data', ({ length }: Buffer) => {
    left -= length;
    if (left < 0) once();
  });
}

type Answer = Pick<HttpError, 'status' | 'code' | 'message' | 'details'>;

function answerOf(error: unknown): Answer {
  if (error instanceof HttpError) return error;
  // The parser's first: a client that hangs up has the code of a connection that broke, too.
  const status = statusOf(error);
  if (error instanceof QueuesUnavailable) return queuesUnavailable;
  if (status === 500 && isUnavailable(error)) return unavailable;
  const [code, message] = codes[status] ?? (status < 500 ? ['BAD_REQUEST', 'The request cannot be read'] : failed);
  return { status, code, message };
}

const unavailable = new HttpError(503, 'UNAVAILABLE', 'The database is away for a moment: try again');
const queuesUnavailable = new HttpError(503, 'UNAVAILABLE', 'The job queues are away for a moment: try again');
const failed = ['INTERNAL_ERROR', 'The service failed to answer this request'] as const;

/** Errors of Express's parsers carry the status that they mean; everything else is ours. */
function statusOf(error: unknown): number {
  const { status } = (error ?? {}) as { status?: unknown };
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}
