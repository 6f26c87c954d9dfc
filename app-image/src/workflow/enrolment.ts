import type { Database } from '../database/database';

/** Leads of one statement. */
const batch = 500;

/** In one order always: two scans that enrol the same leads the other way round would wait for each other. */
const intoWorkflows = `
  INSERT INTO lead_enrolments ("leadId", "workflowId")
  SELECT raw_leads.id, lead_workflows.id
  FROM taken JOIN raw_leads ON raw_leads.id = taken."leadId" JOIN lead_workflows ON "isActive"
    AND (lead_workflows.source IS NULL OR lead_workflows.source = raw_leads.source)
    AND (lead_workflows.campaign IS NULL OR lead_workflows.campaign = raw_leads.campaign)
  ORDER BY raw_leads.id, lead_workflows.id
  ON CONFLICT DO NOTHING RETURNING 1`;

const counts = 'SELECT (SELECT count(*) FROM taken)::int AS taken, (SELECT count(*) FROM enrolled)::int AS enrolled';

/** What another scan works on is left to it: nobody waits here. */
const enrolWaiting = `
  WITH taken AS (
    DELETE FROM leads_to_enrol WHERE "leadId" IN (
      SELECT "leadId" FROM leads_to_enrol ORDER BY "createdAt" LIMIT ${batch} FOR UPDATE SKIP LOCKED
    ) RETURNING "leadId"
  ), enrolled AS (${intoWorkflows}) ${counts}`;

const enrolNamed = `
  WITH done AS (
    DELETE FROM leads_to_enrol WHERE "leadId" IN (
      SELECT "leadId" FROM leads_to_enrol WHERE "leadId" = ANY($1::uuid[]) FOR UPDATE SKIP LOCKED
    )
  ), taken AS (SELECT DISTINCT unnest($1::uuid[]) AS "leadId"),
  enrolled AS (${intoWorkflows}) ${counts}`;

interface Counts {
  readonly taken: number;
  readonly enrolled: number;
}

/**
 * Brings leads into the active workflows that take their source and campaign; into each once.
 *
 * @param leadIds @default - all that wait
 * @returns how many enrolments there are more
 */
export async function enrol(database: Pick<Database, 'query'>, leadIds?: readonly string[]): Promise<number> {
  if (leadIds) {
    const [named] = await database.query<Counts>(enrolNamed, [leadIds]);
    return named?.enrolled ?? 0;
  }
  let sum = 0;
  for (;;) {
    const [some] = await database.query<Counts>(enrolWaiting);
    sum += some?.enrolled ?? 0;
    if ((some?.taken ?? 0) < batch) return sum;
  }
}
