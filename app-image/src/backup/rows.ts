import type { Session } from './session';

/** What pg_dump writes the rows of: not what an extension made, nor what only stands for other tables. */
const tables = `
  SELECT format('%I.%I', nspname, relname) AS name
  FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
  WHERE relkind = 'r' AND nspname !~ '^pg_' AND nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
  ORDER BY name`;

/** Rows of each table, by its name as SQL writes it. */
export async function countRows(session: Pick<Session, 'query'>): Promise<Record<string, number>> {
  // Where a policy would hide rows, an error rather than a wrong count.
  await session.query('SET row_security = off');
  const counts: Record<string, number> = {};
  for (const { name } of await session.query<{ name: string }>(tables)) {
    const [row] = await session.query<{ rows: string }>(`SELECT count(*) AS rows FROM ONLY ${name}`);
    counts[name] = Number(row?.rows);
  }
  return counts;
}

/** In the order in which they ran; none where nothing has migrated yet. */
export async function migrationsIn(session: Pick<Session, 'query'>): Promise<string[]> {
  const [table] = await session.query<{ found: boolean }>(
    "SELECT to_regclass('public.migrations') IS NOT NULL AS found",
  );
  if (!table?.found) return [];
  const rows = await session.query<{ name: string }>('SELECT name FROM public.migrations ORDER BY id');
  return rows.map(({ name }) => name);
}
