import { z } from 'zod';

const largestValue = 64 * 1024;

/** PostgreSQL's text has no zero bytes. */
const text = () => z.string().refine((given) => !given.includes('\0'), 'must not contain a zero byte');

export const key = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/,
    'must be 1 to 128 letters, digits and _ . : -, a letter or digit first',
  );
export const id = z.guid('must be the id of a row, a UUID');

const value = text().refine((given) => Buffer.byteLength(given) <= largestValue, 'must have 64 kB at most');
const details = {
  label: text().max(200, 'must have 200 characters at most').nullable().optional(),
  description: text().max(2000, 'must have 2000 characters at most').nullable().optional(),
  isActive: z.boolean().optional(),
  encrypted: z.boolean().optional(),
};

export const newConfig = z.strictObject({ key, value, ...details });

export const configChange = z
  .strictObject({ key: key.optional(), value: value.optional(), ...details })
  .refine((change) => Object.keys(change).length > 0, 'must state what to change');
