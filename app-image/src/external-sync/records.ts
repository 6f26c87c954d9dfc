import { z } from 'zod';

/** PostgreSQL's text has no zero bytes. */
export const text = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .refine((given) => !given.includes('\0'), 'must not contain a zero byte');

export const externalId = text(200);
export const time = z.iso.datetime({ offset: true });
