import type { Environment } from '../config/contract';
import type { Database } from '../database/database';
import { queues } from '../queues/queue';
import { SyncConfigs } from './configs';

/** The synchronisations that administrators configure, by the name that their routes have. */
export const kinds = {
  mrlearn: { queue: 'mrlearnSync', table: 'mrlearn_sync_configs', address: 'GRAPHY_BASE_URL' },
  mrtest: { queue: 'mrtestSync', table: 'mrtest_sync_configs', address: 'EZEXAM_BASE_URL' },
} as const satisfies Readonly<
  Record<string, { queue: keyof typeof queues; table: SyncConfigs['table']; address: keyof Environment }>
>;

export type Kind = (typeof kinds)[keyof typeof kinds];

export const configsOf = (database: Pick<Database, 'read' | 'query'>, { table }: Kind) =>
  new SyncConfigs(database, table);

export const queueOf = ({ queue }: Kind) => queues[queue];
