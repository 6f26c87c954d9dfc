import { Router } from 'express';
import type { Database } from '../database/database';
import type { Guards } from '../identity/guards';
import { administrators } from '../identity/roles';
import { figures } from './figures';

export interface KpiRoutesProps {
  readonly database: Pick<Database, 'read'>;
  readonly guards: Guards;
}

/** Those that are computed still, each as it was the last time. */
const latest = `
  SELECT figure.name, kpi."computedAt",
    json_agg(json_build_object('value', kpi.value, 'dimensions', kpi.dimensions) ORDER BY kpi.id) AS values
  FROM unnest($1::text[]) AS figure(name)
  JOIN service_kpis kpi ON kpi.name = figure.name AND kpi."computedAt" =
    (SELECT max("computedAt") FROM service_kpis WHERE name = figure.name)
  GROUP BY figure.name, kpi."computedAt" ORDER BY figure.name`;

const names = figures.map(({ name }) => name);

/** Mounted at /api/admin/kpis. */
export function kpiRoutes({ database, guards }: KpiRoutesProps): Router {
  const router = Router();
  router.get('/', guards.requireRole(...administrators), async (_request, response) => {
    response.json({ success: true, data: await database.read(latest, [names]) });
  });
  return router;
}
