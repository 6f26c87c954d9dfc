import { type Request, Router } from 'express';
import type { Environment } from '../config/contract';
import type { Database } from '../database/database';
import { HttpError, parse } from '../http/errors';
import { callEvent } from './call-event';
import { fieldsOf } from './form';
import { bytesOf, rawBody } from './raw-body';
import { isSame } from './shared-secret';

export interface ExotelProps {
  readonly environment: Pick<Environment, 'EXOTEL_WEBHOOK_TOKEN'>;
  readonly database: Pick<Database, 'query'>;
}

/** Exotel may tell of one state twice. */
const insert = `
  INSERT INTO call_events ("callSid", status, "eventType", details) VALUES ($1, $2, $3, $4)
  ON CONFLICT DO NOTHING`;

/** Exotel can't sign, nor send headers; its console takes a URL with a query. */
function tokenOf(request: Request): string {
  const shown = request.get('x-exotel-token') ?? request.query.token;
  return typeof shown === 'string' ? shown : '';
}

/** Mounted at /api. */
export function exotelWebhook({ environment, database }: ExotelProps): Router {
  const { EXOTEL_WEBHOOK_TOKEN: token } = environment;
  const router = Router();

  // Before the body is read: it is nobody's until then.
  router.post('/exotel/status', (request, _response, next) => {
    if (token === undefined)
      throw new HttpError(503, 'EXOTEL_NOT_CONFIGURED', 'Exotel is not configured: set EXOTEL_WEBHOOK_TOKEN');
    if (!isSame(tokenOf(request), token))
      throw new HttpError(
        401,
        'UNAUTHORIZED',
        'The webhook token is missing or wrong: send it as ?token= or X-Exotel-Token',
      );
    next();
  });

  router.post('/exotel/status', rawBody, async (request, response) => {
    const fields = await fieldsOf(request.get('content-type') ?? '', bytesOf(request));
    const { callSid, status, eventType, details } = parse(callEvent, fields);
    await database.query(insert, [callSid, status, eventType, JSON.stringify(details)]);
    response.json({ success: true });
  });

  return router;
}
