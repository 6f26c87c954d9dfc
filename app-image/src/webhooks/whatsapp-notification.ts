import { z } from 'zod';
import { deliveryStatuses } from '../whatsapp/entities';
import type { Delivery, InboundMessage } from '../whatsapp/notifications';

export interface Notification {
  /** One for each message: the furthest it came. */
  readonly deliveries: readonly Delivery[];
  readonly messages: readonly InboundMessage[];
  /** Parts that this code knows nothing of. */
  readonly unknown: number;
}

const id = z.string().regex(/^[\x21-\x7e]{1,200}$/);
/** Seconds since 1970, as text. */
const time = z
  .string()
  .regex(/^\d{1,10}$/)
  .transform((seconds) => new Date(Number(seconds) * 1000));
/** Of people who may write anything. PostgreSQL has no zero bytes; WhatsApp's own limit is 4,096 characters. */
const text = z.string().transform((given) => given.replace(/\0/g, '').slice(0, 8_192));

const delivery = z
  .object({
    id,
    status: z.enum(deliveryStatuses),
    timestamp: time,
    errors: z.array(z.object({ code: z.int32() })).optional(),
  })
  .transform(
    ({ id: providerMessageId, status, timestamp: statusAt, errors }): Delivery => ({
      providerMessageId,
      status,
      errorCode: errors?.[0]?.code ?? null,
      statusAt,
    }),
  );

const message = z
  .object({
    id,
    from: z.string().regex(/^\d{5,20}$/),
    timestamp: time,
    type: z.string().regex(/^\w{1,40}$/),
    text: z.object({ body: text }).optional(),
    button: z.object({ text }).optional(),
  })
  .transform(
    ({ id: providerMessageId, from: sender, timestamp: sentAt, type, text: written, button }): InboundMessage => ({
      providerMessageId,
      sender,
      type,
      text: written?.body ?? button?.text ?? null,
      sentAt,
    }),
  );

/** https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components */
export function read(body: Buffer): Notification {
  const changes = listOf(jsonOf(body), 'entry').flatMap((entry) => listOf(entry, 'changes'));
  const values = changes.map((change) => (change as { value?: unknown } | null)?.value);
  const statuses = values.flatMap((value) => listOf(value, 'statuses')).map((one) => delivery.safeParse(one));
  const inbound = values.flatMap((value) => listOf(value, 'messages')).map((one) => message.safeParse(one));

  const furthest = new Map<string, Delivery>();
  for (const { data } of statuses)
    if (data && rank(data) > rank(furthest.get(data.providerMessageId))) furthest.set(data.providerMessageId, data);
  const messages = new Map(inbound.flatMap(({ data }) => (data ? [[data.providerMessageId, data]] : [])));

  const empty = values.filter((value) => listOf(value, 'statuses').length + listOf(value, 'messages').length === 0);
  const malformed = [...statuses, ...inbound].filter(({ success }) => !success);
  return {
    deliveries: [...furthest.values()],
    messages: [...messages.values()],
    unknown: values.length === 0 ? 1 : empty.length + malformed.length,
  };
}

const rank = (found: Delivery | undefined) => (found ? deliveryStatuses.indexOf(found.status) : -1);

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function listOf(value: unknown, name: string): readonly unknown[] {
  const list = (value as Readonly<Record<string, unknown>> | null | undefined)?.[name];
  return Array.isArray(list) ? list : [];
}
