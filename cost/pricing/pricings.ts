import { alarms } from './alarms';
import { backups } from './backups';
import { buckets } from './buckets';
import { cache } from './cache';
import { cdn } from './cdn';
import { containers } from './containers';
import { database } from './database';
import { dns } from './dns';
import { firewall } from './firewall';
import { functions } from './functions';
import { hosts } from './hosts';
import { images } from './images';
import { keys } from './keys';
import { loadBalancer } from './load-balancer';
import { logs } from './logs';
import { network } from './network';
import { notifications } from './notifications';
import { parameters } from './parameters';
import type { Pricing } from './pricing';
import { secrets } from './secrets';

/** Everything that is priced; what costs nothing by itself is in ../free.ts. */
export const pricings: readonly Pricing[] = [
  ...[hosts, database, cache, network, loadBalancer, cdn, firewall, buckets, backups, keys, secrets],
  ...[alarms, containers, logs, dns, images, functions, notifications, parameters],
];
export const pricedTypes: ReadonlySet<string> = new Set(pricings.flatMap(({ types }) => types));
