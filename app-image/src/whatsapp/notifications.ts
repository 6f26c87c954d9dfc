import type { Database } from '../database/database';
import { deliveryStatuses, type WhatsappDelivery, type WhatsappInboundMessage } from './entities';

export type Delivery = Omit<WhatsappDelivery, 'updatedAt'>;
export type InboundMessage = Omit<WhatsappInboundMessage, 'receivedAt'>;

const ranks = `ARRAY[${deliveryStatuses.map((status) => `'${status}'`).join(', ')}]`;

const upsertDeliveries = `
  INSERT INTO whatsapp_deliveries AS known ("providerMessageId", status, "errorCode", "statusAt")
  SELECT * FROM unnest($1::text[], $2::text[], $3::integer[], $4::timestamptz[])
  ON CONFLICT ("providerMessageId") DO UPDATE
    SET status = excluded.status, "errorCode" = excluded."errorCode", "statusAt" = excluded."statusAt", "updatedAt" = now()
    WHERE array_position(${ranks}, known.status) < array_position(${ranks}, excluded.status)`;

const insertMessages = `
  INSERT INTO whatsapp_inbound_messages ("providerMessageId", sender, type, text, "sentAt")
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
  ON CONFLICT DO NOTHING`;

/** In one order always: two that write the same rows the other way round would wait for each other. */
const inOrder = <T extends { readonly providerMessageId: string }>(rows: readonly T[]): T[] =>
  [...rows].sort((a, b) => (a.providerMessageId < b.providerMessageId ? -1 : 1));

/** What a provider tells. All of it may come twice, and in any order. */
export class Notifications {
  constructor(private readonly database: Pick<Database, 'query'>) {}

  /** @param deliveries one for each message at most */
  async addDeliveries(deliveries: readonly Delivery[]): Promise<void> {
    if (deliveries.length === 0) return;
    const rows = inOrder(deliveries);
    await this.database.query(upsertDeliveries, [
      rows.map(({ providerMessageId }) => providerMessageId),
      rows.map(({ status }) => status),
      rows.map(({ errorCode }) => errorCode),
      rows.map(({ statusAt }) => statusAt),
    ]);
  }

  async addMessages(messages: readonly InboundMessage[]): Promise<void> {
    if (messages.length === 0) return;
    const rows = inOrder(messages);
    await this.database.query(insertMessages, [
      rows.map(({ providerMessageId }) => providerMessageId),
      rows.map(({ sender }) => sender),
      rows.map(({ type }) => type),
      rows.map(({ text }) => text),
      rows.map(({ sentAt }) => sentAt),
    ]);
  }
}
