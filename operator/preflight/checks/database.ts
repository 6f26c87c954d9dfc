import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import { type DBInstance, DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import { maxConnections } from '../../../lib/config/capacity';
import { bucketName, databaseIdentifier, databaseName } from '../../../lib/config/names';
import { newestBackup } from '../../backup/stored-backups';
import { servicesOf } from '../../environment-services';
import { type Answer, failed, passed, together, warned } from '../answer';
import { isServed, notServed } from '../served';
import type { Site } from '../site';

const minuteMs = 60_000;
/** Of which the highest number counts: a peak comes again. */
const lookBackMinutes = 15;
/** PostgreSQL keeps as many for superusers (`superuser_reserved_connections`). */
const reserved = 3;
/** RDS uploads its log every five minutes. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html */
const pointInTimeMinutes = 60;
const backupHours = 24;

async function instanceOf(site: Site): Promise<DBInstance | undefined> {
  try {
    const { DBInstances = [] } = await site
      .client(RDSClient)
      .send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: databaseIdentifier(site.config.name) }));
    return DBInstances[0];
  } catch (error) {
    if ((error as Error).name === 'DBInstanceNotFoundFault') return undefined;
    throw error;
  }
}

/** Green opens its own while blue still has its own, and the worker's tasks are doubled after. */
export async function connections(site: Site): Promise<Answer> {
  if (!(await isServed(site))) return notServed(site);
  const instance = await instanceOf(site);
  const { name, database, web, worker } = site.config;
  if (instance?.DBInstanceStatus !== 'available')
    return failed(
      `${databaseIdentifier(name)} is ${instance?.DBInstanceStatus ?? 'not there'}, and not available.`,
      `aws rds describe-events --source-type db-instance --source-identifier ${databaseIdentifier(name)}`,
    );
  const [inUse, tasks] = await Promise.all([connectionsInUse(site), desiredTasks(site)]);
  const most = maxConnections(database.instanceClass);
  const more = tasks.web * web.databaseConnections + tasks.worker * worker.databaseConnections;
  if (inUse === undefined)
    return warned(
      `CloudWatch has counted none for ${lookBackMinutes} minutes; a release takes ${more} more, of ${most}.`,
      'Look at the metric DatabaseConnections of the instance.',
    );
  const sum = `${inUse} of ${most} in use, a release takes ${more} more`;
  return inUse + more + reserved <= most
    ? passed(sum)
    : failed(
        `${sum}, and ${reserved} are PostgreSQL's own.`,
        'Wait for a quieter hour, end what holds them (pg_stat_activity), or choose a larger instanceClass.',
      );
}

async function connectionsInUse(site: Site): Promise<number | undefined> {
  const end = site.now();
  const { MetricDataResults: [result] = [] } = await site.client(CloudWatchClient).send(
    new GetMetricDataCommand({
      StartTime: new Date(end.getTime() - lookBackMinutes * minuteMs),
      EndTime: end,
      MetricDataQueries: [
        {
          Id: 'connections',
          MetricStat: {
            Metric: {
              ...{ Namespace: 'AWS/RDS', MetricName: 'DatabaseConnections' },
              Dimensions: [{ Name: 'DBInstanceIdentifier', Value: databaseIdentifier(site.config.name) }],
            },
            ...{ Period: 60, Stat: 'Maximum' },
          },
        },
      ],
    }),
  );
  const values = result?.Values ?? [];
  return values.length === 0 ? undefined : Math.ceil(Math.max(...values));
}

/** As many as there are now: so many green starts with. */
async function desiredTasks(site: Site): Promise<Readonly<Record<'web' | 'worker', number>>> {
  const { cluster, services } = await servicesOf(site.target);
  const { services: described = [] } = await site
    .client(ECSClient)
    .send(new DescribeServicesCommand({ cluster, services: services.map(({ service }) => service) }));
  const desired = (role: 'web' | 'worker') => {
    const name = services.find((each) => each.role === role)?.service;
    return described.find(({ serviceArn, serviceName }) => serviceArn === name || serviceName === name)?.desiredCount;
  };
  return { web: desired('web') ?? site.config.web.minTasks, worker: desired('worker') ?? site.config.worker.minTasks };
}

/** What is left when a migration goes wrong: to the second by RDS, and by pg_dump. */
export async function backups(site: Site): Promise<Answer> {
  if (!(await isServed(site))) return notServed(site);
  return together(await Promise.all([pointInTime(site), logicalBackup(site)]));
}

async function pointInTime(site: Site): Promise<Answer> {
  const latest = (await instanceOf(site))?.LatestRestorableTime;
  const minutes = latest === undefined ? undefined : Math.round((site.now().getTime() - latest.getTime()) / minuteMs);
  if (minutes !== undefined && minutes <= pointInTimeMinutes) return passed(`restorable to ${minutes} min ago`);
  return failed(
    minutes === undefined ? 'RDS can restore to no point in time.' : `RDS can restore to ${minutes} min ago, no later.`,
    `Look whether automated backups are on: aws rds describe-db-instances --db-instance-identifier ${databaseIdentifier(site.config.name)}`,
  );
}

async function logicalBackup(site: Site): Promise<Answer> {
  const { config } = site;
  const remedy = `npm run backup -- now ${config.name}`;
  const bucket = bucketName(config, 'database-backups');
  const newest = await newestBackup(site.client(S3Client), bucket, databaseName);
  if (newest === undefined) return failed(`There is no backup in ${bucket}.`, remedy);
  const hours = Math.round((site.now().getTime() - newest.startedAt.getTime()) / (60 * minuteMs));
  return hours <= backupHours
    ? passed(`newest backup ${hours} h ago`)
    : failed(`The newest backup, ${newest.key}, is ${hours} h old.`, remedy);
}
