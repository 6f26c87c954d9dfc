/**
 * What people rely on when something breaks at night: that it is noticed, that it wakes one person once, and that
 * the dashboard shows what the alarm saw.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { everyQueue } from '../../app-image/src/queues/queue';
import { jobMetricName, jobs } from '../../lib/config/jobs';
import { watchedQueues } from '../../lib/config/queues';
import { evaluate, type Values } from '../../rehearsal/release/metric-math';
import { environmentNames, type LocatedResource, resourcesOf } from '../deployed';

interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
}
interface Query {
  readonly Id: string;
  readonly Expression?: string;
  readonly ReturnData?: boolean;
  readonly MetricStat?: { readonly Metric: Metric };
}

const ofType = (resources: readonly LocatedResource[], type: string) => resources.filter(({ Type }) => Type === type);
const nameOf = ({ Properties }: LocatedResource): string => Properties.AlarmName;
/** `mr-mentor-production-page-WebErrors-green` → page, WebErrors, green */
const partsOf = (alarm: LocatedResource) => {
  const [, severity = '', name = '', of] =
    /^mr-mentor-[a-z]+-(page|ticket|release)-([A-Za-z]+)(?:-(.+))?$/.exec(nameOf(alarm)) ?? [];
  return { severity, name, of };
};
/** Text with its references written out, so that equal ones are equal. */
const flat = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return String(value);
  const join = (value as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join'];
  return join ? join[1].map(flat).join(join[0]) : JSON.stringify(value).replaceAll('"', "'");
};
const keyOf = ({ Namespace, MetricName, Dimensions = [] }: Metric): string =>
  [Namespace, MetricName, ...Dimensions.map(({ Name, Value }) => `${Name}=${flat(Value)}`).sort()].join(' ');
const withoutDimensions = (key: string): string => key.split(' ', 2).join(' ');
const metricsOf = ({ Properties }: LocatedResource): string[] =>
  Properties.Metrics === undefined
    ? [keyOf(Properties as Metric)]
    : (Properties.Metrics as Query[]).flatMap(({ MetricStat }) => (MetricStat ? [keyOf(MetricStat.Metric)] : []));

/** Of the issue that asked for them; those that depend on the configuration are below. */
const everywhere = [
  ...[
    'LoadBalancerErrors',
    'RejectedConnections',
    'WebErrors',
    'WebStalled',
    'WebLatency',
    'WebTargets',
    'WebUnhealthyTasks',
  ],
  ...['DeploymentFailed', 'TasksMissing', 'TaskCpu', 'TaskMemory', 'HostCpu', 'HostMemory', 'HostsMissing'],
  ...['DatabaseDown', 'DatabaseCpu', 'DatabaseStorage', 'DatabaseStorageDays', 'DatabaseMemory'],
  ...['DatabaseConnectionLimit', 'DatabaseReplication', 'DatabaseDeadlocks', 'BackupAge', 'BackupJobs', 'JobFailed'],
  ...['CacheDown', 'CacheMemory', 'CacheEvictions', 'CacheCpu', 'CacheConnections'],
  ...['QueueLate', 'QueueDepth', 'QueueFailures', 'CertificateExpiry', 'WebAclBlocks', 'CdnErrors', 'NatPorts'],
  ...['BucketErrors', 'DataStoresAway', 'DataStoresAtRisk', 'ServiceIncident'],
];

describe.each(environmentNames)('in %s', (environment) => {
  const resources = resourcesOf(environment);
  const alarms = ofType(resources, 'AWS::CloudWatch::Alarm');
  const composites = ofType(resources, 'AWS::CloudWatch::CompositeAlarm');
  const all = [...alarms, ...composites];

  it('everything is watched that has to be', () => {
    const names = new Set(all.map((alarm) => partsOf(alarm).name));
    expect(everywhere.filter((name) => !names.has(name))).toEqual([]);
    const blueGreen = environment !== 'development';
    for (const name of ['ReleaseErrors', 'ReleaseUnhealthy', 'SecondColourRoom'])
      expect(names.has(name)).toBe(blueGreen);
    for (const name of ['CacheReplicationLag', 'ReplicationLate', 'ReplicationFailed'])
      expect(names.has(name)).toBe(environment === 'production');
  });

  it('both colours are watched, where there are two', () => {
    const colours = environment === 'development' ? ['web'] : ['blue', 'green'];
    for (const name of ['WebErrors', 'WebStalled', 'WebLatency', 'WebUnhealthyTasks'])
      expect(alarms.filter((alarm) => partsOf(alarm).name === name).map((alarm) => partsOf(alarm).of)).toEqual(colours);
  });

  it('every alarm has a name by which its severity and its section of the runbook are known', () => {
    expect(all.filter((alarm) => partsOf(alarm).name === '').map(nameOf)).toEqual([]);
    expect(new Set(all.map(nameOf)).size).toBe(all.length);
  });

  it('imports nothing that would keep what it watches from being replaced', () => {
    const watching = resources.filter(({ stack }) => stack === 'operations' || stack === 'edge-operations');
    expect(watching.filter(({ Properties }) => JSON.stringify(Properties ?? {}).includes('Fn::ImportValue'))).toEqual(
      [],
    );
  });

  it('a page tells nobody by itself: it belongs to exactly one incident, which tells', () => {
    const pages = alarms.filter((alarm) => partsOf(alarm).severity === 'page');
    const rules = composites.map(({ Properties }) => flat(Properties.AlarmRule));
    for (const page of pages) {
      expect(page.Properties.AlarmActions).toBeUndefined();
      expect(rules.filter((rule) => rule.includes(`'${page.logicalId}'`))).toHaveLength(1);
    }
    for (const { Properties } of composites) expect(Properties.AlarmActions).toHaveLength(1);
  });

  it('a ticket tells the topic of tickets in its own region', () => {
    const tickets = alarms.filter((alarm) => partsOf(alarm).severity === 'ticket');
    expect(tickets.length).toBeGreaterThan(40);
    for (const { stack, Properties } of tickets) {
      const [topic, ...more] = Properties.AlarmActions;
      expect(more).toEqual([]);
      const found = resources.find((resource) => resource.stack === stack && resource.logicalId === topic.Ref);
      expect(found?.Properties.TopicName).toBe(`mr-mentor-${environment}-ticket`);
    }
  });

  describe('the dashboard', () => {
    const [dashboard, ...others] = ofType(resources, 'AWS::CloudWatch::Dashboard');
    const body: { widgets: readonly DrawnWidget[] } = JSON.parse(flat(dashboard?.Properties.DashboardBody));

    it('is one', () => {
      expect(others).toEqual([]);
      expect(dashboard?.Properties.DashboardName).toBe(`mr-mentor-${environment}`);
    });

    it('draws everything that is alarmed about', () => {
      const drawn = new Set(body.widgets.flatMap(({ properties: { metrics = [] } }) => metrics.map(drawnKey)));
      const arns = JSON.stringify(body);
      const isDrawn = (alarm: LocatedResource): boolean => {
        if (alarm.stack === 'edge-operations') return arns.includes(`:alarm:${nameOf(alarm)}`);
        // Those of a release are in the service stack, which refers to its target groups and reads no parameter.
        const wanted = metricsOf(alarm).map((key) => (alarm.stack === 'service' ? withoutDimensions(key) : key));
        const found = alarm.stack === 'service' ? new Set([...drawn].map(withoutDimensions)) : drawn;
        return wanted.every((key) => found.has(key));
      };
      expect(alarms.filter((alarm) => !isDrawn(alarm)).map(nameOf)).toEqual([]);
    });

    it('has a line where an alarm goes off', () => {
      const lines = body.widgets.flatMap(({ properties }) => properties.annotations?.horizontal ?? []);
      for (const alarm of alarms.filter(({ stack }) => stack === 'operations'))
        expect(lines.map(({ value }) => value)).toContain(alarm.Properties.Threshold);
    });

    it('begins with what is wrong now: all pages and tickets of the region', () => {
      const [pages, tickets] = body.widgets.filter(({ type }) => type === 'alarm');
      const here = (severity: string) =>
        all.filter((alarm) => alarm.stack === 'operations' && partsOf(alarm).severity === severity).length;
      expect(pages?.properties.alarms).toHaveLength(here('page'));
      expect(tickets?.properties.alarms).toHaveLength(here('ticket'));
      // CloudWatch's limit of an alarm widget.
      expect(here('ticket')).toBeLessThanOrEqual(100);
    });

    it('has its widgets side by side on the grid of 24 columns, and none on another', () => {
      const taken = new Set<string>();
      for (const { x, y, width, height } of body.widgets) {
        expect(x + width).toBeLessThanOrEqual(24);
        for (let column = x; column < x + width; column++)
          for (let row = y; row < y + height; row++) {
            expect(taken.has(`${column} ${row}`)).toBe(false);
            taken.add(`${column} ${row}`);
          }
      }
    });
  });
});

interface DrawnWidget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly alarms?: readonly string[];
    readonly metrics?: readonly (readonly unknown[])[];
    readonly annotations?: { readonly horizontal?: readonly { readonly value: number }[] };
  };
}

function drawnKey(metric: readonly unknown[]): string {
  const [Namespace = '', MetricName = '', ...dimensions] = metric.filter((part) => typeof part === 'string');
  const pairs = dimensions.flatMap((Name, index) => (index % 2 === 0 ? [{ Name, Value: dimensions[index + 1] }] : []));
  return keyOf({ Namespace, MetricName, Dimensions: pairs });
}

describe('what an alarm reckons', () => {
  const production = ofType(resourcesOf('production'), 'AWS::CloudWatch::Alarm');
  const breaches = (name: string, values: Values): boolean | undefined => {
    const alarm = production.find((each) => nameOf(each) === `mr-mentor-production-${name}`);
    if (alarm === undefined) throw new Error(`no alarm ${name}`);
    const { Metrics, Threshold, ComparisonOperator } = alarm.Properties;
    const { Expression = '' } = (Metrics as Query[]).find(({ ReturnData }) => ReturnData !== false) ?? {};
    const missing = Object.fromEntries((Metrics as Query[]).map(({ Id }) => [Id, undefined]));
    const value = evaluate(Expression, { ...missing, ...values });
    if (value === undefined) return undefined;
    return ComparisonOperator === 'LessThanThreshold' ? value < Threshold : value > Threshold;
  };

  it.each<[alarm: string, what: string, values: Values, breach: boolean]>([
    ['page-WebErrors-blue', 'three of a hundred', { blueRequests: 100, blueErrors: 3 }, true],
    ['page-WebErrors-blue', 'two of a hundred', { blueRequests: 100, blueErrors: 2 }, false],
    ['page-WebErrors-green', 'all of a few, as in a smoke test', { greenRequests: 49, greenErrors: 49 }, false],
    ['page-WebErrors-green', 'no errors, which is no data', { greenRequests: 1000 }, false],
    ['release-ReleaseErrors-green', 'six of a hundred', { greenRequests: 100, greenErrors: 6 }, true],
    ['release-ReleaseErrors-green', 'five of a hundred', { greenRequests: 100, greenErrors: 5 }, false],
    ['page-WebTargets', 'none on either colour', { blue: 0, green: 0 }, true],
    ['page-WebTargets', 'one, while the other colour has no data', { green: 1 }, false],
    ['page-LoadBalancerErrors', 'eleven, of both kinds', { m502: 6, m504: 5 }, true],
    ['page-LoadBalancerErrors', 'ten of one kind', { m502: 10 }, false],
    ['ticket-TasksMissing-web', 'two of three', { webDesired: 3, webRunning: 2 }, true],
    ['ticket-TasksMissing-web', 'none of three', { webDesired: 3 }, true],
    ['ticket-TasksMissing-worker', 'all of two', { workerDesired: 2, workerRunning: 2 }, false],
    ['ticket-WebAclBlocks-api', 'a fifth of many', { blocked: 1000, allowed: 4000 }, true],
    ['ticket-WebAclBlocks-api', 'everything, of many', { blocked: 1000 }, true],
    ['ticket-WebAclBlocks-api', 'a scanner at night', { blocked: 400, allowed: 10 }, false],
    ['ticket-WebAclBlocks-api', 'one in a hundred', { blocked: 600, allowed: 60_000 }, false],
    ['page-CacheMemory', 'one full node', { node1: 10, node2: 90 }, true],
    ['page-CacheMemory', 'a node that is away', { node1: 10 }, false],
    ['ticket-BackupJobs', 'a copy that failed', { copies: 1 }, true],
  ])('%s: %s', (alarm, _, values, breach) => expect(breaches(alarm, values)).toBe(breach));

  it('of days left, is the free storage by what a day takes from it', () => {
    const alarm = production.find((each) => nameOf(each).endsWith('ticket-DatabaseStorageDays'));
    const [{ Expression }] = alarm?.Properties.Metrics ?? [];
    // DIFF looks at two periods, so the day's change is put in by hand.
    const days = (free: number, change: number) =>
      evaluate(Expression.replaceAll('DIFF(free)', 'change'), { free, change });
    expect(days(100, -5)).toBe(20);
    expect(days(50, -5)).toBe(10);
    expect(days(100, 0)).toBe(365);
    expect(days(100, 20)).toBe(365);
    expect(days(100, -0.01)).toBe(365);
  });
});

describe('what the container writes', () => {
  const service = (environment: (typeof environmentNames)[number]) =>
    ofType(resourcesOf(environment), 'AWS::CloudWatch::Alarm').filter(
      ({ Properties }) => Properties.Namespace === 'MrMentor/Service',
    );

  it('is watched for each queue that a worker of this service works on, and no other', () => {
    const own = everyQueue.filter(({ product }) => product === undefined).map(({ name }) => name);
    expect(Object.keys(watchedQueues).sort()).toEqual([...own].sort());
  });

  it('is what alarms ask for, by the names and dimensions that it is written under', () => {
    const source = (file: string) => readFileSync(join(__dirname, '..', '..', 'app-image', 'src', file), 'utf8');
    const written = [source('queues/job-metrics.ts'), source('jobs/job.ts')].join('\n');
    for (const environment of environmentNames)
      for (const { Properties } of service(environment)) {
        expect(written).toContain(`'${Properties.MetricName}'`);
        const dimensions = Object.fromEntries(
          (Properties as Metric).Dimensions?.map(({ Name, Value }) => [Name, Value]) ?? [],
        );
        expect(dimensions).toEqual(
          'Queue' in dimensions
            ? { Environment: environment, Role: 'worker', Queue: expect.any(String) }
            : { Environment: environment, Job: expect.any(String) },
        );
        if ('Job' in dimensions) expect(jobs.map(jobMetricName)).toContain(dimensions.Job);
      }
  });

  it('names a job as the job names itself', () => {
    for (const job of jobs) {
      const file = join(__dirname, '..', '..', 'app-image', job.entryPoint.replace(/^dist\/(.*)\.js$/, 'src/$1.ts'));
      expect(readFileSync(file, 'utf8')).toContain(`name: '${jobMetricName(job)}'`);
    }
  });
});
