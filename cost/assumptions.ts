import type { EnvironmentName } from '../lib/config/environment';
import { type BucketPurpose, bucketPurposes } from '../lib/config/names';

/** Whose use is assumed: an environment's, or that of what is there once for each account. */
export type Place = EnvironmentName | 'account';

/** A month's use of something, side by side. Nobody has measured it yet: correct a row once the bill says better. */
export interface Assumption extends Readonly<Partial<Record<Place, number>>> {
  readonly what: string;
  readonly unit: string;
  readonly why: string;
}

const row = (
  what: string,
  unit: string,
  [development, staging, demo, production]: readonly [number, number, number, number],
  why: string,
  account?: number,
): Assumption => ({ what, unit, why, development, staging, demo, production, account });
const perAccount = (what: string, unit: string, account: number, why: string): Assumption => ({
  ...{ what, unit, why, account },
});
const stored = (what: string, gb: readonly [number, number, number, number], why: string) =>
  row(`Stored: ${what}`, 'GB', gb, why);

const storage: Readonly<Record<`stored/${BucketPurpose}`, Assumption>> = {
  'stored/recordings': stored('recordings', [5, 10, 10, 1500], 'production: 2,000 hours, 0.75 GB each'),
  'stored/student-documents': stored('student documents', [1, 2, 2, 50], 'production: 10,000 students, 5 MB each'),
  'stored/banner-assets': stored('banners and assets', [1, 1, 1, 10], 'images of the web sites'),
  'stored/courses': stored('courses', [5, 10, 20, 300], 'production: 200 hours of video, papers'),
  'stored/invoices': stored('invoices', [1, 1, 1, 5], 'PDF files of 100 kB'),
  'stored/interview-archive': stored('interview archive', [1, 2, 2, 200], 'audio and transcripts of interviews'),
  'stored/database-backups': stored(
    'database dumps',
    [10, 25, 25, 960],
    'dumps of 120 days: 30, then 90 as old versions',
  ),
  'stored/access-logs': stored('access logs', [2, 5, 5, 60], 'as long as logs are kept'),
};

//                                                                   development, staging, demo, production
const rows = {
  hostsBeyondMinimum: row(
    'Hosts beyond the minimum',
    'on average',
    [0.2, 0, 0, 0.5],
    'evenings; in development jobs that find no room',
  ),
  releases: row('Releases', 'a month', [60, 20, 4, 12], 'production thrice a week'),
  releaseMinutes: row('A release beside its bake', 'minutes', [30, 30, 30, 30], 'start, smoke test, end of blue'),
  surplusHours: row('Processor time beyond the credits', 'vCPU-hours', [20, 20, 10, 0], 'of hosts whose type bursts'),
  requests: row(
    'Requests to the API',
    'million',
    [0.3, 1, 0.5, 20],
    'production: 2,000 users a day, 300 requests each',
  ),
  capacityUnits: row('Load balancer capacity', 'LCU on average', [0.1, 0.2, 0.2, 1.5], 'by connections: Socket.IO'),
  internetGb: row('From the API to the internet', 'GB', [5, 15, 10, 300], '15 kB for each request'),
  natGb: row('Through the NAT gateways', 'GB', [20, 30, 20, 150], 'calls to partners, updates, images'),
  endpointGb: row('Through the interface endpoints', 'GB', [0, 0, 0, 80], 'images, logs, secrets'),
  zoneGb: row('Between availability zones', 'GB', [10, 30, 20, 500], 'load balancer, database, Redis'),
  cdnGb: row('From the CDN', 'GB', [5, 10, 10, 500], 'banners and course images'),
  cdnRequests: row('Requests to the CDN', 'million', [0.1, 0.2, 0.2, 10], '50 kB each'),
  dnsQueries: row('DNS queries', 'million', [0.1, 0.2, 0.2, 5], 'one for every few requests'),
  databaseGb: row('In the database', 'GB', [3, 5, 5, 60], 'rows and indexes'),
  databaseChangedGb: row(
    'Changed in the database',
    'GB a day',
    [0.1, 0.2, 0.2, 2],
    'what a further day of backups keeps',
  ),
  monitoringGb: row('Enhanced monitoring, every minute', 'GB an instance', [0.1, 0.1, 0.1, 0.1], 'about 2 kB a minute'),
  snapshotGb: row('A snapshot of Redis', 'GB', [0.1, 0.2, 0.2, 2], 'queues and presence, not a copy of the database'),
  ...storage,
  growth: row('New in storage', '% of it a month', [5, 5, 5, 5], 'for backups and replicas of buckets'),
  archived: row('Old enough for the archive', '% of the bucket', [50, 50, 50, 60], 'older than 90 days'),
  storageWrites: row('Writes to storage', 'thousand', [20, 50, 50, 1000], 'uploads and access logs'),
  storageReads: row('Reads of storage', 'thousand', [100, 200, 200, 10_000], 'downloads that the CDN does not hold'),
  keyRequests: row('Uses of keys', '10,000', [2, 5, 5, 50], 'buckets have keys of their own for a day, so few', 1),
  keyVersions: row('Older versions of a key', 'each', [1, 1, 1, 1], 'keys rotate yearly; two at most are paid', 1),
  secretReads: row('Reads of secrets', '10,000', [0.1, 0.1, 0.1, 0.2], 'at the start of tasks'),
  serviceLogs: row('Logs of the service and its jobs', 'GB', [5, 5, 3, 40], '2 kB for each request'),
  databaseLogs: row('Logs of the database', 'GB', [0.5, 1, 1, 5], 'slow statements and connections'),
  flowLogs: row('Flow logs of the network', 'GB', [1, 3, 3, 25], '100 bytes a connection and ten minutes'),
  firewallLogs: row('Logs of the web firewall', 'GB', [0.1, 0.2, 0.2, 2], 'only what was blocked or counted'),
  insightsLogs: row('Logs of Container Insights', 'GB', [1, 2, 2, 5], 'a line a minute for each task and container'),
  logsCompressed: row('Stored logs', '% of what was written', [15, 15, 15, 15], 'CloudWatch compresses them'),
  containerMetrics: row(
    'Metrics of Container Insights',
    'for each thing',
    [30, 30, 30, 30],
    'cluster, service, definition, task',
  ),
  serviceMetrics: row(
    'Metrics that the container writes',
    'each',
    [70, 70, 70, 70],
    'five of each queue, seven of web, four of each job',
  ),
  bucketMetrics: row('Request metrics of a bucket', 'each', [10, 10, 10, 10], 'of sixteen, those that have data'),
  notifications: row('Messages to people', 'thousand', [0.5, 0.5, 0.2, 0.3], 'alarms, recoveries, the budget'),
  scheduledRuns: row('Runs of a schedule', 'each', [30, 30, 30, 30], 'daily'),
  functionRuns: row('Runs of a function', 'each', [30, 30, 30, 30], 'smoke tests; the others run at deployments'),
  functionSeconds: row('A run of a function', 'seconds', [20, 20, 20, 20], 'most of the smoke test is waiting'),
  imagesGb: perAccount('Images', 'GB', 60, '500 images, which share most layers'),
  imagesReplicatedGb: perAccount('Images copied to another region', 'GB', 5, 'new layers of 80 releases'),
};

export type AssumptionName = keyof typeof rows;
export const assumptions: Readonly<Record<AssumptionName, Assumption>> = rows;

/** What the templates cannot show, and the estimate so leaves out. */
export const outside = [
  'taxes (GST is 18 % in India)',
  'support plans',
  'requests that AWS Backup makes to buckets',
  'discounts: savings plans, reserved instances',
  'free allowances, which all environments of an account share (100 GB to the internet, 1 TB from the CDN, 5 GB of logs, 10 alarms)',
  'partners outside AWS: mail, WhatsApp, Exotel, language models',
] as const;

export const purposeOf = (bucket: string): BucketPurpose | undefined =>
  [...bucketPurposes].sort((a, b) => b.length - a.length).find((purpose) => bucket.includes(purpose));
