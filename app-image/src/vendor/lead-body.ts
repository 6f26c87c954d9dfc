import { z } from 'zod';
import { e164 } from './phone';

const trimmed = (longest: number) =>
  z.string().trim().min(1, 'must not be empty').max(longest, `must have ${longest} characters at most`);

/** PostgreSQL's text and jsonb have neither. */
const lines = (longest: number) =>
  trimmed(longest).refine(
    (given) => !/[\0\p{Surrogate}]/u.test(given),
    'must not contain a zero byte or half a character',
  );

const text = (longest: number) =>
  trimmed(longest).refine(
    (given) => !/[\p{Control}\p{Surrogate}]/u.test(given),
    'must be a single line, without control characters or half a character',
  );

const phone = text(32).transform((given, context) => {
  const number = e164(given);
  if (number !== undefined) return number;
  context.addIssue({ code: 'custom', message: 'must be a phone number such as +919876543210' });
  return z.NEVER;
});

const mostFields = 20;
const custom = z
  .record(
    z.string().regex(/^[A-Za-z][\w.-]{0,63}$/, 'names have 1 to 64 letters, digits and _ . -, a letter first'),
    z.union(
      [lines(500), z.number(), z.boolean(), z.null()],
      'must be a text of 1 to 500 characters, a number or true, false or null',
    ),
  )
  .refine((fields) => Object.keys(fields).length <= mostFields, `must have ${mostFields} fields at most`)
  // One body is one body, in whatever order its fields are written.
  .transform((fields) => Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))));

const tag = text(200).optional();

/**
 * What a vendor posts. Nothing beside it is taken: whatever the vendor thinks is stored, is. A field that is added must
 * be optional and without a default, since the body's hash tells one request from another over a release.
 */
export const leadBody = z
  .strictObject({
    name: text(200),
    email: z.email('must be an e-mail address').max(254).toLowerCase().optional(),
    phone: phone.optional(),
    courseInterest: tag,
    source: tag,
    campaign: tag,
    utm: z.strictObject({ source: tag, medium: tag, campaign: tag, term: tag, content: tag }).optional(),
    custom: custom.optional(),
  })
  .refine(({ email, phone }) => email !== undefined || phone !== undefined, {
    path: ['email'],
    message: 'must be there, or phone must be',
  });

export type LeadBody = z.output<typeof leadBody>;

/** Letters of other scripts would arrive as something else: headers are bytes. */
export const idempotencyKey = z.object({
  'Idempotency-Key': z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, 'must be 1 to 200 characters of ASCII without spaces')
    .optional(),
});
