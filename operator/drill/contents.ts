import type { Client } from 'pg';
import { countRows } from '../../app-image/src/backup/rows';

/** What a table holds: as many rows, and the same ones, whatever their order. */
export interface TableContents {
  readonly rows: number;
  readonly sum: string;
}
export type Contents = Readonly<Record<string, TableContents>>;

/** What is written after the backup says so, in a column that people look at. */
export const afterBackup = 'written after the backup';

/** A condition on the leads that somebody deletes by mistake. */
export const lostLeads = "source = 'website'";

/** Rows such as the service writes in a day, so many of each of its busiest tables. @param campaign of the leads */
export async function writeRows(client: Client, count: number, campaign: string): Promise<void> {
  await client.query(`
    WITH new_users AS (
      INSERT INTO users (email, role, "fullName", "passwordHash")
      SELECT gen_random_uuid() || '@example.org', 'USER', 'Learner ' || n, 'scrypt$' || md5(n::text)
      FROM generate_series(1, ${count}) n RETURNING id, email
    )
    INSERT INTO login_events ("userId", email, kind, succeeded, ip, "requestId")
    SELECT id, email, 'password', true, '203.0.113.7', gen_random_uuid() FROM new_users`);
  await client.query(
    `INSERT INTO raw_leads (name, email, phone, source, campaign, utm)
     SELECT 'Lead ' || n, 'lead-' || n || '@example.org', '+9198' || (10000000 + n),
       CASE n % 3 WHEN 0 THEN 'website' WHEN 1 THEN 'vendor' ELSE 'event' END, $1, jsonb_build_object('term', md5(n::text))
     FROM generate_series(1, ${count}) n`,
    [campaign],
  );
  await client.query(`
    INSERT INTO call_events ("callSid", status, "eventType", details)
    SELECT gen_random_uuid(), 'completed', 'terminal', jsonb_build_object('duration', n % 900, 'note', 'Gespräch № ' || n)
    FROM generate_series(1, ${count}) n`);
}

const nameOf = (name: string): string => name.replace('public.', '');

/** @param leaveOut conditions on rows that do not count, by table */
export async function contentsOf(client: Client, leaveOut: Readonly<Record<string, string>> = {}): Promise<Contents> {
  const query = async <Row>(statement: string) => (await client.query(statement)).rows as Row[];
  const tables = Object.keys(await countRows({ query }));
  const contents: Record<string, TableContents> = {};
  for (const table of tables) {
    const condition = leaveOut[nameOf(table)] ?? 'false';
    const [found] = await query<{ rows: string; sum: string }>(
      `SELECT count(*) AS rows, coalesce(sum(('x' || left(md5(it::text), 16))::bit(64)::bigint::numeric), 0) AS sum
       FROM ${table} it WHERE (${condition}) IS NOT TRUE`,
    );
    contents[nameOf(table)] = { rows: Number(found?.rows), sum: String(found?.sum) };
  }
  return contents;
}

export const rowsIn = (contents: Contents): number =>
  Object.values(contents).reduce((total, { rows }) => total + rows, 0);

/** @returns what is not as it was, one sentence each */
export function differencesOf(wanted: Contents, found: Contents): string[] {
  const tables = [...new Set([...Object.keys(wanted), ...Object.keys(found)])].toSorted();
  return tables.flatMap((table) => {
    const [before, after] = [wanted[table], found[table]];
    if (before === undefined) return [`${table} is there, and was not.`];
    if (after === undefined) return [`${table} is not there: ${before.rows} rows.`];
    if (before.rows !== after.rows) return [`${table} has ${after.rows} rows, and had ${before.rows}.`];
    return before.sum === after.sum ? [] : [`${table} has ${after.rows} rows as before, and not the same ones.`];
  });
}
