import { EntitySchema } from 'typeorm';
import { oneOf } from '../database/columns';

/** What was sent, so that it is not sent again. */
export interface WhatsappMessage {
  /** Of the job's payload. */
  messageId: string;
  provider: string;
  /** Null where the provider took it and did not say. */
  providerMessageId: string | null;
  template: string;
  sentAt: Date;
}

/** Each outweighs those before it: they arrive in any order. */
export const deliveryStatuses = ['sent', 'delivered', 'read', 'failed'] as const;

/**
 * What became of a message. Not a column of the message: a provider may tell of a delivery before the row of what was
 * sent is written, and of messages that others sent from the same number.
 */
export interface WhatsappDelivery {
  providerMessageId: string;
  status: (typeof deliveryStatuses)[number];
  /** The provider's, where it failed. */
  errorCode: number | null;
  statusAt: Date;
  updatedAt: Date;
}

export interface WhatsappInboundMessage {
  providerMessageId: string;
  /** As WhatsApp has it: digits, country code first. */
  sender: string;
  type: string;
  /** Of text messages and pressed buttons. */
  text: string | null;
  sentAt: Date;
  receivedAt: Date;
}

const providerMessageId = { type: 'text', primary: true } as const;
const now = () => 'now()';

const WhatsappMessageEntity = new EntitySchema<WhatsappMessage>({
  name: 'WhatsappMessage',
  tableName: 'whatsapp_messages',
  columns: {
    messageId: { type: 'text', primary: true },
    provider: { type: 'text' },
    providerMessageId: { type: 'text', nullable: true },
    template: { type: 'text' },
    sentAt: { type: 'timestamptz', default: now },
  },
  indices: [{ name: 'whatsapp_messages_provider_message_id', columns: ['providerMessageId'] }],
});

const WhatsappDeliveryEntity = new EntitySchema<WhatsappDelivery>({
  name: 'WhatsappDelivery',
  tableName: 'whatsapp_deliveries',
  columns: {
    providerMessageId,
    status: { type: 'text' },
    errorCode: { type: 'integer', nullable: true },
    statusAt: { type: 'timestamptz' },
    updatedAt: { type: 'timestamptz', default: now },
  },
  checks: [{ name: 'whatsapp_deliveries_status', expression: oneOf('status', deliveryStatuses) }],
});

const WhatsappInboundMessageEntity = new EntitySchema<WhatsappInboundMessage>({
  name: 'WhatsappInboundMessage',
  tableName: 'whatsapp_inbound_messages',
  columns: {
    providerMessageId,
    sender: { type: 'text' },
    type: { type: 'text' },
    text: { type: 'text', nullable: true },
    sentAt: { type: 'timestamptz' },
    receivedAt: { type: 'timestamptz', default: now },
  },
});

export const whatsappEntities: readonly EntitySchema[] = [
  WhatsappMessageEntity,
  WhatsappDeliveryEntity,
  WhatsappInboundMessageEntity,
];
