import { Router } from 'express';
import type { Redis } from 'ioredis';
import { aiRoutes } from '../ai/routes';
import { FeatureFlags } from '../config/feature-flags';
import type { LoadedEnvironment } from '../config/load';
import { Settings } from '../config/settings';
import type { Database } from '../database/database';
import { emailRoutes } from '../email/admin-routes';
import { syncConfigRoutes } from '../external-sync/admin-routes';
import type { IdentityService } from '../identity/identity';
import type { Logger } from '../log';
import type { Metrics } from '../metrics';
import { queueRoutes } from '../queues/admin-routes';
import { dashboardPath, queueDashboard } from '../queues/dashboard';
import type { JobQueues } from '../queues/job-queues';
import { settingsRoutes } from '../settings/routes';
import type { StartUpReport } from '../start-up-report';
import { adminSystemConfigRoutes } from '../system-config/admin-routes';
import { Encryption } from '../system-config/encryption';
import { MrHire } from '../system-config/mr-hire';
import { systemConfigRoutes } from '../system-config/routes';
import { SystemConfig } from '../system-config/system-config';
import { terminalRoutes } from '../terminal/routes';
import { uploadRoutes } from '../uploads/routes';
import { adminVendorRoutes } from '../vendor/admin-routes';
import { vendorRoutes } from '../vendor/routes';
import { VendorKeys } from '../vendor/vendor-keys';
import { Vendors } from '../vendor/vendors';
import { webhookRoutes } from '../webhooks/routes';
import { kpiRoutes } from '../workers/kpi-routes';
import type { AppProps } from './app';
import { HttpError } from './errors';
import { rateLimits } from './rate-limits';

export interface ApiProps {
  readonly loaded: LoadedEnvironment;
  readonly database: Database;
  /** The connection that fails fast. */
  readonly redis: Redis;
  readonly identity: IdentityService;
  readonly jobQueues: JobQueues;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Undefined until it is done, seconds after the start. */
  readonly report: () => StartUpReport | undefined;
}

/** Everything below /api but the health of the process. */
export function createApi(props: ApiProps): NonNullable<AppProps['api']> {
  const { loaded, database, redis, identity, jobQueues, metrics, log } = props;
  const { environment } = loaded;
  const { guards } = identity;
  const config = new SystemConfig(database, new Encryption(environment.PLATFORM_ENCRYPTION_KEY));
  const settings = new Settings(loaded, config);
  const mrHire = new MrHire({ environment, log });
  const vendorKeys = new VendorKeys({ environment, database, log });

  const routes = Router();
  routes.use('/auth', identity.routes);
  routes.use('/system-config', systemConfigRoutes({ config }));
  routes.use('/admin/system-config', adminSystemConfigRoutes({ config, guards, mrHire, log }));
  routes.use('/admin', settingsRoutes({ loaded, settings, flags: FeatureFlags, guards }));
  routes.use('/admin/sync-configs', syncConfigRoutes({ environment, database, jobQueues, guards, log }));
  routes.use('/admin/kpis', kpiRoutes({ database, guards }));
  routes.use('/admin/emails', emailRoutes({ loaded, database, guards, jobQueues }));
  routes.use('/admin/queues', queueRoutes({ jobQueues, guards, log }));
  routes.use('/uploads', uploadRoutes({ loaded, database, guards, log }));
  routes.use('/v1/vendor', vendorRoutes({ vendorKeys, database, jobQueues, log }));
  routes.use('/admin/vendors', adminVendorRoutes({ vendors: new Vendors(database), vendorKeys, guards, log }));
  routes.use('/ai', aiRoutes({ loaded, guards, log }));
  routes.use('/terminal-sessions', terminalRoutes({ redis, guards, log }));
  routes.get('/admin/start-up-report', guards.requireAdminOperations, (_request, response) => {
    const report = props.report();
    if (report === undefined) throw new HttpError(503, 'NOT_YET', 'The start-up report is not done yet: ask again');
    response.json({ success: true, data: report });
  });

  return {
    identify: identity.identify,
    rateLimits: rateLimits(redis, log, metrics),
    webhooks: webhookRoutes({ environment, database, metrics, log }),
    routes,
    dashboard: { path: dashboardPath, handler: queueDashboard({ loaded, jobQueues, redis, log }) },
  };
}
