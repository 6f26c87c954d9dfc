import type { Database } from '../database/database';
import type { Handlers } from '../queues/handlers';
import { each } from './each';
import { figures as allFigures, type Figure } from './figures';

export interface KpiProps {
  readonly database: Pick<Database, 'query'>;
  /** @default - those of the service */
  readonly figures?: readonly Figure[];
}

/** In one statement: all rows of a figure have the same time, by which the latest are found. */
const snapshot = ({ statement }: Figure) => `
  WITH computed AS (${statement}),
    complete AS (
      SELECT value, dimensions FROM computed
      UNION ALL SELECT 0, '{}'::jsonb WHERE NOT EXISTS (SELECT FROM computed)
    )
  INSERT INTO service_kpis (name, value, dimensions, "computedAt")
  SELECT $1, value, dimensions, now() FROM complete RETURNING 1`;

export function kpiHandlers({ database, figures = allFigures }: KpiProps): Handlers<'kpi'> {
  const named = figures.map((figure) => [figure.name, figure] as const);
  return {
    compute: (_nothing, { log }) =>
      each(named, log, async (figure) => (await database.query(snapshot(figure), [figure.name])).length),
  };
}
