import { syncOfConfig } from '../external-sync/config-run';
import { ezexamResults } from '../external-sync/ezexam';
import { kinds } from '../external-sync/kinds';
import type { SyncProps } from '../external-sync/run';
import { storedResults } from '../external-sync/stored-records';
import type { Handlers } from '../queues/handlers';

export const mrtestSyncHandlers = (props: SyncProps): Handlers<'mrtestSync'> => ({
  sync: syncOfConfig(props, kinds.mrtest, { api: ezexamResults, stored: storedResults }),
});
