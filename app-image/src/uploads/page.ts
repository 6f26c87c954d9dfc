import { z } from 'zod';
import type { Upload } from './entities';
import type { Position } from './rows';

const limit = 'must be a number from 1 to 100';
const cursor = 'must be the nextCursor of the page before';

/** What a list is asked for. */
export const page = z.strictObject({
  limit: z.coerce.number(limit).int(limit).min(1, limit).max(100, limit).default(20),
  cursor: z
    .string(cursor)
    // PostgreSQL knows no year 0.
    .regex(/^[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z_[\da-f-]{36}$/, cursor)
    .transform(positionOf)
    .refine(({ createdAt, id }) => isTime(createdAt) && z.guid().safeParse(id).success, cursor)
    .optional(),
});

/** Where the next page begins; null after the last one. */
export function nextCursor(found: readonly Upload[], most: number): string | null {
  const last = found.at(-1);
  return last && found.length === most ? `${last.createdAt.toISOString()}_${last.id}` : null;
}

function positionOf(text: string): Position {
  const [createdAt = '', id = ''] = text.split('_');
  return { createdAt, id };
}

/** Not on the 30th of February, which Date takes for a day in March. */
function isTime(text: string): boolean {
  const time = new Date(text);
  return !Number.isNaN(time.getTime()) && time.toISOString() === text;
}
