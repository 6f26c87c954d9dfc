import type { EnvironmentConfig } from './environment';

/**
 * What may be lost and for how long it may be gone: for each store and each kind of loss the recovery point
 * (RPO) and the recovery time (RTO), and by what they are met. Promises, and so they are held twice:
 * test/contracts/recovery.test.ts looks for each means in the templates and refuses an objective that it cannot
 * keep, and `npm run drill` measures the one that a laptop can.
 */

/** What the platform keeps, by how it is brought back. */
export const stores = {
  database: 'PostgreSQL',
  redis: 'Redis: queued jobs, rate limits, presence',
  media: 'Buckets of recordings, banner assets, courses and interviews',
  documents: 'Buckets of student documents and invoices',
  dumps: 'Bucket of database backups',
  secret: 'Secret settings',
} as const;
export type Store = keyof typeof stores;

export const losses = {
  mistake: 'something deleted, overwritten or corrupted by a person or a release',
  zone: 'an availability zone, or the one machine in it',
  snapshots: 'the instance together with all that RDS keeps of it',
  region: 'the region',
} as const;
export type Loss = keyof typeof losses;

export type Means =
  | { readonly kind: 'point in time'; readonly days: number }
  | { readonly kind: 'standby' }
  | { readonly kind: 'replica node' }
  | { readonly kind: 'snapshot'; readonly days: number }
  | { readonly kind: 'dump'; readonly days: number }
  | { readonly kind: 'versions'; readonly days: number }
  | { readonly kind: 'vault'; readonly days: number }
  | { readonly kind: 'copy in the recovery region'; readonly days: number }
  | { readonly kind: 'replication to the recovery region'; readonly minutes: number }
  | { readonly kind: 'secret replica' }
  | { readonly kind: 'version before' }
  | { readonly kind: 'three zones of the service' };

interface About {
  readonly store: Store;
  readonly loss: Loss;
}
export interface Objective extends About {
  /** What was written in so many minutes before the loss may be gone. */
  readonly rpoMinutes: number;
  /** From the decision to bring it back until the platform serves from it. */
  readonly rtoMinutes: number;
  /** The first one is what meets it; the others are what is left where that fails. */
  readonly by: readonly [Means, ...Means[]];
}
/** All of it is lost then, and why that is accepted. */
export interface GivenUp extends About {
  readonly givenUp: string;
}

const hour = 60;
const day = 24 * hour;

/** Days that a version of an object stays after it was deleted or overwritten. */
export const oldVersionsDays = 90;
/** Days that a dump of the database stays in its bucket. */
export const dumpDays = 30;
/** Of copies in the recovery region. A region's loss takes the newest; the others are for one that was broken. */
export const regionCopyDays = 14;
/** S3 replicates 99.99 % of the objects within so many minutes, and says where it has not (S3 RTC). */
export const replicationMinutes = 15;
/** RDS ships its logs every five minutes. */
const pointInTimeMinutes = 5;
/** A backup of each day holds the state of its beginning, and is of use once it is whole. */
const daily = (untilWhole: number): number => day + untilWhole;

const versions: Means = { kind: 'versions', days: oldVersionsDays };
const threeZones: Means = { kind: 'three zones of the service' };

/** Of every environment. */
const ofTheService = (store: Store): Objective => ({
  ...{ store, loss: 'zone', rpoMinutes: 0, rtoMinutes: 0 },
  by: [threeZones],
});

const everywhere = ({ database, cache }: EnvironmentConfig): readonly Objective[] => {
  const vault: Means = { kind: 'vault', days: database.backupRetentionDays };
  return [
    {
      ...{ store: 'database', loss: 'mistake', rpoMinutes: pointInTimeMinutes, rtoMinutes: 2 * hour },
      by: [{ kind: 'point in time', days: database.backupRetentionDays }, vault, { kind: 'dump', days: dumpDays }],
    },
    {
      ...{ store: 'database', loss: 'snapshots', rpoMinutes: daily(hour), rtoMinutes: 4 * hour },
      by: [{ kind: 'dump', days: dumpDays }],
    },
    {
      ...{ store: 'redis', loss: 'mistake', rpoMinutes: daily(hour), rtoMinutes: hour },
      by: [{ kind: 'snapshot', days: cache.snapshotRetentionDays }],
    },
    { ...{ store: 'media', loss: 'mistake', rpoMinutes: 0, rtoMinutes: 30 }, by: [versions, vault] },
    { ...{ store: 'documents', loss: 'mistake', rpoMinutes: 0, rtoMinutes: hour }, by: [versions] },
    { ...{ store: 'dumps', loss: 'mistake', rpoMinutes: 0, rtoMinutes: 30 }, by: [versions] },
    { ...{ store: 'secret', loss: 'mistake', rpoMinutes: 0, rtoMinutes: 15 }, by: [{ kind: 'version before' }] },
    ...(['media', 'documents', 'dumps', 'secret'] as const).map(ofTheService),
  ];
};

const inZones = ({ database, cache }: EnvironmentConfig): readonly Objective[] => [
  database.multiAz
    ? { ...{ store: 'database', loss: 'zone', rpoMinutes: 0, rtoMinutes: 3 }, by: [{ kind: 'standby' }] }
    : {
        ...{ store: 'database', loss: 'zone', rpoMinutes: pointInTimeMinutes, rtoMinutes: 2 * hour },
        by: [{ kind: 'point in time', days: database.backupRetentionDays }],
      },
  cache.replicas > 0
    ? { ...{ store: 'redis', loss: 'zone', rpoMinutes: 1, rtoMinutes: 5 }, by: [{ kind: 'replica node' }] }
    : {
        ...{ store: 'redis', loss: 'zone', rpoMinutes: daily(hour), rtoMinutes: hour },
        by: [{ kind: 'snapshot', days: cache.snapshotRetentionDays }],
      },
];

const noQueues: GivenUp = {
  ...{ store: 'redis', loss: 'region' },
  givenUp: 'Jobs that wait are lost. The service starts with empty queues and registers its schedules anew.',
};
const noDumps: GivenUp = {
  ...{ store: 'dumps', loss: 'region' },
  givenUp: 'They are copies of the database, and RDS has another one over there.',
};

const ofRegion = ({ recoveryRegion }: EnvironmentConfig): readonly (Objective | GivenUp)[] => {
  if (recoveryRegion === undefined)
    return (Object.keys(stores) as Store[]).map((store) => ({
      ...{ store, loss: 'region' },
      givenUp: 'It holds nothing of a customer, and is built anew from the code.',
    }));
  const copy: Means = { kind: 'copy in the recovery region', days: regionCopyDays };
  const replication: Means = { kind: 'replication to the recovery region', minutes: replicationMinutes };
  return [
    { ...{ store: 'database', loss: 'region', rpoMinutes: daily(8 * hour), rtoMinutes: 8 * hour }, by: [copy] },
    noQueues,
    { ...{ store: 'media', loss: 'region', rpoMinutes: daily(8 * hour), rtoMinutes: day }, by: [copy] },
    {
      ...{ store: 'documents', loss: 'region', rpoMinutes: replicationMinutes, rtoMinutes: 8 * hour },
      by: [replication],
    },
    noDumps,
    { ...{ store: 'secret', loss: 'region', rpoMinutes: 1, rtoMinutes: hour }, by: [{ kind: 'secret replica' }] },
  ];
};

/** In the order in which docs/recovery.md has them. */
export const recoveryObjectives = (env: EnvironmentConfig): readonly (Objective | GivenUp)[] => [
  ...everywhere(env),
  ...inZones(env),
  ...ofRegion(env),
];

export const isGivenUp = (objective: Objective | GivenUp): objective is GivenUp => 'givenUp' in objective;

/** @throws where nothing is promised */
export function objectiveOf(env: EnvironmentConfig, store: Store, loss: Loss): Objective {
  const found = recoveryObjectives(env).find((each) => each.store === store && each.loss === loss);
  if (found === undefined || isGivenUp(found))
    throw new Error(
      `${env.name} promises nothing for ${store} where ${losses[loss]} is lost; see lib/config/recovery.ts.`,
    );
  return found;
}
