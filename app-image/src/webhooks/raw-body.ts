import { type Request, type RequestHandler, raw } from 'express';
import { HttpError } from '../http/errors';

/** Far above what either sends at once. Nothing is inflated: none of them compresses, and a bomb does. */
const read = raw({ type: () => true, limit: '1mb', inflate: false });

/** Leaves the bytes as they came. */
export const rawBody: RequestHandler = (request, response, next) =>
  read(request, response, (error?: unknown) => {
    const isTooLarge = (error as { status?: unknown } | undefined)?.status === 413;
    next(isTooLarge ? new HttpError(413, 'PAYLOAD_TOO_LARGE', 'The body of a webhook is 1 MB at most') : error);
  });

/** None where there was no body. */
export const bytesOf = ({ body }: Request): Buffer => (Buffer.isBuffer(body) ? body : Buffer.alloc(0));
