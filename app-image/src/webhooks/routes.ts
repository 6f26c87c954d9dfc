import { Router } from 'express';
import { type ExotelProps, exotelWebhook } from './exotel';
import { type WhatsappWebhookProps, whatsappWebhook } from './whatsapp';

export type WebhookRoutesProps = ExotelProps & WhatsappWebhookProps;

/** Mounted at /api before anything reads the body: a signature is over its bytes. */
export function webhookRoutes(props: WebhookRoutesProps): Router {
  return Router().use(exotelWebhook(props), whatsappWebhook(props));
}
