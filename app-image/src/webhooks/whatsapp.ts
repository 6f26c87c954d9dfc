import { Router } from 'express';
import type { Environment } from '../config/contract';
import type { Database } from '../database/database';
import { forbidden, HttpError } from '../http/errors';
import type { Logger } from '../log';
import type { Metrics } from '../metrics';
import { Notifications } from '../whatsapp/notifications';
import { bytesOf, rawBody } from './raw-body';
import { isSame, isSigned } from './shared-secret';
import { read } from './whatsapp-notification';

export interface WhatsappWebhookProps {
  readonly environment: Pick<Environment, 'WHATSAPP_APP_SECRET' | 'WHATSAPP_WEBHOOK_VERIFY_TOKEN'>;
  readonly database: Pick<Database, 'query'>;
  readonly metrics: Pick<Metrics, 'declare' | 'count'>;
  readonly log: Logger;
}

const notUnderstood = 'WebhooksNotUnderstood';
const notConfigured = (variable: string) =>
  new HttpError(503, 'WHATSAPP_NOT_CONFIGURED', `WhatsApp's webhook is not configured: set ${variable}`);

/** Mounted at /api. */
export function whatsappWebhook({ environment, database, metrics, log }: WhatsappWebhookProps): Router {
  const { WHATSAPP_APP_SECRET: appSecret, WHATSAPP_WEBHOOK_VERIFY_TOKEN: verifyToken } = environment;
  const notifications = new Notifications(database);
  metrics.declare(notUnderstood);
  const router = Router();

  /** Meta asks once, when the webhook is entered in its console. */
  router.get('/whatsapp/webhook', (request, response) => {
    if (verifyToken === undefined) throw notConfigured('WHATSAPP_WEBHOOK_VERIFY_TOKEN');
    const { 'hub.mode': mode, 'hub.verify_token': shown, 'hub.challenge': challenge } = request.query;
    const isMeant = mode === 'subscribe' && typeof challenge === 'string' && typeof shown === 'string';
    if (!isMeant || !isSame(shown, verifyToken)) throw forbidden('The verify token is not the one of this service');
    response.type('text/plain').send(challenge);
  });

  router.post('/whatsapp/webhook', rawBody, async (request, response) => {
    if (appSecret === undefined) throw notConfigured('WHATSAPP_APP_SECRET');
    const body = bytesOf(request);
    if (!isSigned(body, request.get('x-hub-signature-256'), appSecret))
      throw new HttpError(401, 'UNAUTHORIZED', "X-Hub-Signature-256 is missing or not this body's");
    const { deliveries, messages, unknown } = read(body);
    await notifications.addDeliveries(deliveries);
    await notifications.addMessages(messages);
    if (unknown > 0) {
      metrics.count(notUnderstood, unknown);
      log.debug({ requestId: request.id, unknown }, 'parts of a webhook are of no kind that is known here');
    }
    // Of what is unknown as well: Meta would send it again for days.
    response.json({ success: true });
  });

  return router;
}
