import { syncOfConfig } from '../external-sync/config-run';
import { graphyProgress } from '../external-sync/graphy';
import { kinds } from '../external-sync/kinds';
import type { SyncProps } from '../external-sync/run';
import { storedProgress } from '../external-sync/stored-records';
import type { Handlers } from '../queues/handlers';

export const mrlearnSyncHandlers = (props: SyncProps): Handlers<'mrlearnSync'> => ({
  sync: syncOfConfig(props, kinds.mrlearn, { api: graphyProgress, stored: storedProgress }),
});
