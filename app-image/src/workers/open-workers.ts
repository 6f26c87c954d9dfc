import type { LoadedEnvironment } from '../config/load';
import { Settings } from '../config/settings';
import type { Database } from '../database/database';
import type { Mailer } from '../email/mailer';
import type { Logger } from '../log';
import type { AllHandlers } from '../queues/handlers';
import type { JobQueues } from '../queues/job-queues';
import { Workers } from '../queues/workers';
import type { RedisConnections } from '../redis/redis';
import { Encryption } from '../system-config/encryption';
import { SystemConfig } from '../system-config/system-config';
import { cleanupHandlers } from './cleanup';
import { databaseHandlers } from './database';
import { emailHandlers } from './email';
import { kpiHandlers } from './kpi';
import { newStudentSyncHandlers } from './mrlearn-new-students';
import { mrlearnSyncHandlers } from './mrlearn-sync';
import { mrtestSyncHandlers } from './mrtest-sync';
import { resumeAnalysisHandlers } from './resume-analysis';
import { rowSchedules } from './row-schedules';
import { whatsappHandlers } from './whatsapp';
import { workflowHandlers } from './workflow';

export interface OpenWorkersProps {
  readonly loaded: LoadedEnvironment;
  readonly database: Database;
  readonly redis: RedisConnections;
  readonly jobQueues: JobQueues;
  readonly mailer: Mailer;
  readonly log: Logger;
}

/** The queues that somebody works on in this service; the start-up report names the others. */
export function openWorkers({ loaded, database, redis, jobQueues, mailer, log }: OpenWorkersProps): Workers {
  const { environment } = loaded;
  const config = new SystemConfig(database, new Encryption(environment.PLATFORM_ENCRYPTION_KEY));
  const settings = new Settings(loaded, config);
  const handlers: AllHandlers = {
    email: emailHandlers({ environment, mailer }),
    whatsapp: whatsappHandlers({ environment, database }),
    database: databaseHandlers({ environment, database }),
    cleanup: cleanupHandlers({ environment, database }),
    kpi: kpiHandlers({ database }),
    workflow: workflowHandlers({ database, jobQueues }),
    resumeAnalysis: resumeAnalysisHandlers({ environment, database }),
    mrlearnSync: mrlearnSyncHandlers({ environment, database }),
    mrlearnNewStudentSync: newStudentSyncHandlers({ environment, database, settings }),
    mrtestSync: mrtestSyncHandlers({ environment, database }),
  };
  const schedules = rowSchedules({ environment, database, settings, log });
  return new Workers({ redis, jobQueues, log, handlers, rowSchedules: schedules });
}
