import { z } from 'zod';
import { whatsappTemplate } from '../queues/payloads/whatsapp';

const { template, language, parameters } = whatsappTemplate.shape;

const email = z.strictObject({
  kind: z.literal('email'),
  subject: z.string().min(1).max(200),
  text: z.string().min(1).max(10_000),
});
const whatsapp = z.strictObject({ kind: z.literal('whatsapp'), template, language, parameters });
const wait = z.strictObject({
  kind: z.literal('wait'),
  hours: z
    .number()
    .positive()
    .max(24 * 365),
});

/** What a workflow does with a lead, one after the other. In texts, `{{name}}` and `{{courseInterest}}` are the lead's. */
export const steps = z
  .array(z.discriminatedUnion('kind', [email, whatsapp, wait]))
  .min(1)
  .max(50);

export type Step = z.output<typeof steps>[number];

interface Named {
  readonly name: string | null;
  readonly courseInterest: string | null;
}

export const filledIn = (text: string, { name, courseInterest }: Named): string =>
  text.replace(/\{\{(name|courseInterest)\}\}/g, (_, field) => (field === 'name' ? name : courseInterest) ?? '');
