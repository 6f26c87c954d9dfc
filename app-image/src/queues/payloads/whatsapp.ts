import { randomUUID } from 'node:crypto';
import { z } from 'zod';

/**
 * A message by a template that the provider has approved.
 *
 * @property to in E.164
 * @property template its name; with AiSensy the name of the API campaign
 * @property parameters for its placeholders, in their order
 * @property messageId what tells this message from all others for good: it is sent once. The number of a job does not,
 *   since a Redis that was flushed counts from 1 again. Made up where a producer states none.
 */
export const whatsappTemplate = z.object({
  to: z.string().regex(/^\+[1-9]\d{7,14}$/, 'must be a phone number in E.164'),
  template: z.string().regex(/^\S(.{0,510}\S)?$/, 'must be the name of a template'),
  language: z
    .string()
    .regex(/^[a-z]{2,3}(_[A-Z]{2})?$/, 'must be a language such as en_US')
    .default('en'),
  parameters: z.array(z.string().min(1).max(1024)).max(20).default([]),
  messageId: z
    .string()
    .min(1)
    .max(200)
    .default(() => randomUUID()),
});

export type WhatsappTemplate = z.output<typeof whatsappTemplate>;
