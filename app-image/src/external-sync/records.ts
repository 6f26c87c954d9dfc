import { z } from 'zod';
import { isStorable } from '../database/storable';

export const text = (longest: number) =>
  z.string().min(1).max(longest).refine(isStorable, 'must not contain a zero byte or half a character');

export const externalId = text(200);

/** PostgreSQL has neither a year 0 nor an offset of 16 hours. @returns it in UTC */
export const time = z.iso
  .datetime({ offset: true })
  .refine((given) => new Date(given).getUTCFullYear() > 0, 'must be in a year from 1 on')
  .transform((given) => new Date(given).toISOString());
