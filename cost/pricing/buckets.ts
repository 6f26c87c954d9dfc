import { purposeOf } from '../assumptions';
import { type Estate, type Located, listIn, textIn, within } from '../estate';
import type { Finding } from '../line';
import type { Pricing } from './pricing';

/** Objects of a GB that is copied: of 5 MB. */
const thousandObjectsOfGb = 0.2;

/** By what they hold, which their name says. Older versions are part of what is assumed to be stored. */
export const buckets: Pricing = {
  types: ['AWS::S3::Bucket'],
  findings(estate) {
    const all = estate.of('AWS::S3::Bucket');
    // Replicas are written to by replication, which is priced with its source.
    const [first] = all;
    return [
      ...all.flatMap((bucket) => bucketOf(estate, bucket)),
      ...(first === undefined ? [] : requests(estate, first.region)),
      ...all
        .filter(({ properties }) => listIn(properties.MetricsConfigurations).length > 0)
        .map(requestMetrics(estate)),
    ];
  },
};

const requests = (estate: Estate, region: string): Finding[] => [
  {
    ...{ id: 'storage/writes', kind: 'usage', what: 'Writes to storage', amount: estate.assumed('storageWrites') },
    ...{ region, price: 's3/writes' },
  },
  {
    ...{ id: 'storage/reads', kind: 'usage', what: 'Reads of storage', amount: estate.assumed('storageReads') },
    ...{ region, price: 's3/reads' },
  },
];

const requestMetrics =
  (estate: Estate) =>
  ({ region }: Located): Finding => ({
    ...{ id: 'storage/metrics', kind: 'usage', what: 'Request metrics of buckets' },
    ...{ amount: estate.assumed('bucketMetrics'), region, price: 'cloudwatch/metric' },
  });

/** A bucket without a fixed name has its construct's: `StorageStudentDocuments1A2B3C4D`. */
export const nameOf = ({ properties, logicalId }: Located): string =>
  (typeof properties.BucketName === 'string' ? properties.BucketName : JSON.stringify(properties.BucketName ?? '')) +
  logicalId.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function bucketOf(estate: Estate, bucket: Located): Finding[] {
  const { properties, region, stack, logicalId } = bucket;
  const purpose = purposeOf(nameOf(bucket));
  if (purpose === undefined)
    return [
      {
        gap: `Bucket ${stack.id}/${textIn(properties.BucketName) ?? logicalId}`,
        why: 'nobody has said how much it holds',
        remedy: 'give it the name of a purpose, and that purpose a row "stored/…" in cost/assumptions.ts',
      },
    ];
  const gb = estate.assumed(`stored/${purpose}`);
  const line = (id: string, what: string, amount: number, price: string): Finding => ({
    ...{ id: `${id}/${purpose}`, kind: 'usage', what, of: purpose.replace('-', ' '), amount, region, price },
  });
  const archive = archiveClass(properties);
  const old = archive === undefined ? 0 : (gb * estate.assumed('archived')) / 100;
  const fresh = (gb * estate.assumed('growth')) / 100;
  const { replicated, timed } = replication(properties);
  return [
    line('storage', 'Storage', gb - old, 's3/STANDARD'),
    ...(archive === undefined ? [] : [line('storage/archive', 'Storage, archived', old, `s3/${archive}`)]),
    ...(replicated
      ? [
          line('storage/copied', 'Copying to another region', fresh, 'transfer/region'),
          line('storage/copies', 'Requests of the copying', fresh * thousandObjectsOfGb, 's3/writes'),
        ]
      : []),
    ...(timed ? [line('storage/timed', 'Copying within a quarter of an hour', fresh, 's3/replication-time')] : []),
  ];
}

const archiveClass = (properties: Located['properties']): string | undefined =>
  listIn(within(properties, 'LifecycleConfiguration', 'Rules'))
    .filter(({ Status }) => Status === 'Enabled')
    .flatMap(({ Transitions }) => listIn(Transitions))
    .map(({ StorageClass }) => String(StorageClass))
    .at(-1);

function replication(properties: Located['properties']): { readonly replicated: boolean; readonly timed: boolean } {
  const rules = listIn(within(properties, 'ReplicationConfiguration', 'Rules')).filter(
    ({ Status }) => Status === 'Enabled',
  );
  const timed = rules.some(({ Destination }) => within(Destination, 'ReplicationTime', 'Status') === 'Enabled');
  return { replicated: rules.length > 0, timed };
}
