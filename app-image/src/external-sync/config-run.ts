import type { JobContext } from '../queues/handlers';
import { configsOf, type Kind } from './kinds';
import { runSync, type Sync, type SyncOutcome, type SyncProps } from './run';

/** The handler of one kind of configuration. A schedule may outlive its row for a moment, and a job its change. */
export function syncOfConfig<Item>(props: SyncProps, kind: Kind, sync: Sync<Item>) {
  const configs = configsOf(props.database, kind);
  return async ({ configId }: { readonly configId: string }, context: JobContext): Promise<SyncOutcome> => {
    const config = await configs.find(configId);
    if (!config?.enabled) return { skipped: `the configuration is ${config ? 'disabled' : 'gone'}` };
    const { onlyIds, pageSize } = config;
    const { onlyIdsAs } = sync.api;
    const query = {
      limit: String(pageSize),
      ...(onlyIdsAs !== undefined && onlyIds.length > 0 && { [onlyIdsAs]: onlyIds.join(',') }),
    };
    const log = context.log.child({ configId });
    return runSync(props, sync, { table: kind.table, id: configId, jobId: context.id, query, log });
  };
}
