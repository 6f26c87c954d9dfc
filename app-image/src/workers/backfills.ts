import type { Database } from '../database/database';

/**
 * Fills what rows lack, page by page in the order of a key. A page may be done twice, and the whole may end between
 * two of them and go on another night.
 */
export interface Backfill {
  /** Its row in `backfills`; a name is never used for something else later. */
  readonly name: string;
  readonly because: string;
  /**
   * One statement for one page. $1: the last key of the page before, null at the beginning; $2: rows of a page.
   * Gives one row: `next`, the last key of this page, null when there is none, and `changed`, rows that were.
   */
  readonly page: string;
  /** Done anew every night, and not once. @default false */
  readonly nightly?: boolean;
}

export const backfills: readonly Backfill[] = [
  {
    name: 'learners-to-users',
    because: 'a learner of Mr. Learn may register here after the synchronisation has brought them over',
    nightly: true,
    page: `
      WITH page AS (
        SELECT "learnerId", email FROM graphy_learners WHERE "learnerId" > coalesce($1, '')
        ORDER BY "learnerId" LIMIT $2
      ), changed AS (
        UPDATE graphy_learners SET "userId" = users.id FROM page JOIN users ON lower(users.email) = lower(page.email)
        WHERE graphy_learners."learnerId" = page."learnerId" AND graphy_learners."userId" IS NULL RETURNING 1
      )
      SELECT (SELECT max("learnerId") FROM page) AS next, (SELECT count(*)::int FROM changed) AS changed`,
  },
];

const rowsOfAPage = 1_000;

/** Where it stands; as text, since a Date has no microseconds. */
interface Progress {
  readonly cursor: string | null;
  readonly doneAt: string | null;
}

/** @returns rows that were changed now; undefined when it was done before, or another process is at it */
export async function runBackfill(
  database: Pick<Database, 'query'>,
  { name, page, nightly = false }: Backfill,
): Promise<number | undefined> {
  await database.query('INSERT INTO backfills (name) VALUES ($1) ON CONFLICT DO NOTHING', [name]);
  const [progress] = await database.query<Progress>(
    'SELECT cursor, "doneAt"::text AS "doneAt" FROM backfills WHERE name = $1',
    [name],
  );
  if (progress === undefined || (progress.doneAt !== null && !nightly)) return undefined;
  let { cursor, doneAt } = progress;
  let sum = 0;
  for (;;) {
    const [done] = await database.query<{ next: string | null; changed: number }>(page, [cursor, rowsOfAPage]);
    const { next = null, changed = 0 } = done ?? {};
    sum += changed;
    const isMine = await database.query(
      `UPDATE backfills SET cursor = $2, changed = changed + $3, "updatedAt" = now(),
         "doneAt" = CASE WHEN $2::text IS NULL THEN now() END
       WHERE name = $1 AND cursor IS NOT DISTINCT FROM $4 AND "doneAt"::text IS NOT DISTINCT FROM $5 RETURNING 1`,
      // With the time: another process may have come to the end meanwhile, where it stands as it stood at the beginning.
      [name, next, changed, cursor, doneAt],
    );
    if (isMine.length === 0) return undefined;
    if (next === null) return sum;
    [cursor, doneAt] = [next, null];
  }
}
