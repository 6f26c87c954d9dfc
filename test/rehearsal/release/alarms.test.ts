import type { AlarmDescription } from '../../../rehearsal/assembly/deployment';
import { AlarmWatch } from '../../../rehearsal/release/alarm-watch';
import { type AlarmState, alarmState, datapoints, type Sample } from '../../../rehearsal/release/alarms';
import type { TargetGroupCounters } from '../../../rehearsal/release/cluster';

const errors: AlarmDescription = {
  name: 'green-errors',
  description: 'Takes a release back: green has more than 5 %.',
  metrics: [
    { id: 'expr', returned: true, expression: 'IF(requests >= 50, 100 * FILL(errors, 0) / requests, 0)' },
    {
      id: 'errors',
      returned: false,
      metric: { name: 'HTTPCode_Target_5XX_Count', targetGroup: 'Green', statistic: 'Sum' },
    },
    { id: 'requests', returned: false, metric: { name: 'RequestCount', targetGroup: 'Green', statistic: 'Sum' } },
  ],
  comparison: 'GreaterThanThreshold',
  threshold: 5,
  period: 6,
  evaluationPeriods: 2,
  datapointsToAlarm: 2,
  treatMissingData: 'notBreaching',
};
const hosts = (name: string, statistic: string): AlarmDescription => ({
  ...errors,
  name: 'green-hosts',
  metrics: [{ id: 'm1', returned: true, metric: { name, targetGroup: 'Green', statistic } }],
  threshold: 0,
});

const nothing: TargetGroupCounters = { requests: 0, target5xx: 0, healthyHosts: 0, unhealthyHosts: 0 };
const sample = (at: number, green: Partial<TargetGroupCounters>): Sample => ({
  at,
  counters: { Green: { ...nothing, ...green } },
});
/** One sample each second, counted from 100 s. */
const samples = (...each: Partial<TargetGroupCounters>[]): Sample[] =>
  each.map((green, second) => sample(100 + second, green));
const seconds = (count: number, of: (second: number) => Partial<TargetGroupCounters>) =>
  samples(...Array.from({ length: count + 1 }, (_, second) => of(second)));

describe('datapoints', () => {
  test('are sums over whole periods', () => {
    const counted = seconds(15, (second) => ({ requests: 20 * second, target5xx: second > 6 ? 2 * (second - 6) : 0 }));
    expect(datapoints(errors, counted)).toEqual([0, 10]);
    expect(datapoints(errors, counted.slice(0, 6))).toEqual([]);
  });

  test('are missing where nothing was counted', () => {
    expect(
      datapoints(
        errors,
        seconds(12, () => ({ requests: 500 })),
      ),
    ).toEqual([undefined, undefined]);
  });

  test.each([
    ['UnHealthyHostCount', 'Minimum', 0],
    ['UnHealthyHostCount', 'Maximum', 2],
    ['HealthyHostCount', 'Minimum', 1],
    ['HealthyHostCount', 'Average', 2],
  ])('of %s are the %s of what was there in the period', (name, statistic, expected) => {
    const counted = seconds(6, (second) =>
      second % 2 === 0 ? { healthyHosts: 1, unhealthyHosts: 2 } : { healthyHosts: 3, unhealthyHosts: 0 },
    );
    expect(datapoints(hosts(name, statistic), counted)).toEqual([expected]);
  });

  test('of hosts are missing where no target is registered', () => {
    expect(
      datapoints(
        hosts('UnHealthyHostCount', 'Minimum'),
        seconds(6, () => ({})),
      ),
    ).toEqual([undefined]);
  });

  test.each<[AlarmDescription, RegExp]>([
    [hosts('TargetResponseTime', 'Average'), /Alarm green-hosts: Metric TargetResponseTime is not rehearsed; those/],
    [hosts('UnHealthyHostCount', 'p99'), /UnHealthyHostCount: statistic p99 is not rehearsed; allowed: Minimum/],
    [hosts('RequestCount', 'Average'), /RequestCount: statistic Average is not rehearsed; allowed is Sum/],
    [{ ...errors, metrics: errors.metrics.slice(1) }, /Alarm green-errors returns 0 metrics/],
    [
      { ...errors, metrics: [{ id: 'e', returned: true, expression: 'RUNNING_SUM(1)' }] },
      /Alarm green-errors: Metric math "RUNNING_SUM\(1\)": function RUNNING_SUM is not known/,
    ],
  ])('are refused where they cannot be right', (alarm, message) => {
    expect(() =>
      datapoints(
        alarm,
        seconds(6, () => ({ healthyHosts: 1 })),
      ),
    ).toThrow(message);
  });
});

test.each<[title: string, Partial<AlarmDescription>, last: (number | undefined)[], AlarmState]>([
  ['all breach', {}, [6, 7], 'ALARM'],
  ['the last one does not', {}, [9, 9, 5], 'OK'],
  ['one of two is enough', { datapointsToAlarm: 1 }, [6, 0], 'ALARM'],
  ['one has been there', {}, [9], 'OK'],
  ['missing, which breaches', { treatMissingData: 'breaching' }, [undefined, 9], 'ALARM'],
  ['missing, which does not breach', {}, [undefined, 9], 'OK'],
  ['all missing, which does not breach', {}, [undefined, undefined], 'OK'],
  ['all missing, which is ignored', { treatMissingData: 'ignore' }, [undefined, undefined], 'ALARM'],
  ['all missing', { treatMissingData: 'missing' }, [undefined, undefined], 'INSUFFICIENT_DATA'],
  ['at least', { comparison: 'GreaterThanOrEqualToThreshold' }, [5, 5], 'ALARM'],
  ['less', { comparison: 'LessThanThreshold' }, [4, 4], 'ALARM'],
  ['at most', { comparison: 'LessThanOrEqualToThreshold' }, [5, 6], 'OK'],
])('the state when %s', (_title, alarm, last, expected) => {
  expect(alarmState({ ...errors, ...alarm }, last, 'ALARM')).toBe(expected);
});

test('the watch tells once that an alarm went off, and knows when it is over', () => {
  const watch = new AlarmWatch([errors], { counters: async () => ({}) });
  const heard: string[] = [];
  const unsubscribe = watch.onAlarm(({ name }) => heard.push(name));
  const second = (at: number) => watch.take(sample(at, { requests: 20 * at, target5xx: at < 12 ? at * 10 : 120 }));
  for (let at = 0; at < 12; at += 1) second(at);
  expect(watch.inAlarm()).toEqual([]);
  for (let at = 12; at < 18; at += 1) second(at);
  expect(watch.inAlarm()).toEqual([errors]);
  expect(heard).toEqual(['green-errors']);
  for (let at = 18; at < 31; at += 1) second(at);
  expect(watch.inAlarm()).toEqual([]);
  unsubscribe();
});

test('the watch samples until its signal, and fails when an alarm cannot be evaluated', async () => {
  const counters = { Green: { ...nothing, healthyHosts: 2, unhealthyHosts: 1 } };
  const quick = { ...hosts('UnHealthyHostCount', 'Minimum'), period: 0.1 };
  const stop = new AbortController();
  const watch = new AlarmWatch([quick], { counters: async () => counters });
  const rang = new Promise<AlarmDescription>((resolve) => {
    watch.onAlarm(resolve);
  });
  const watching = watch.watch(stop.signal);
  expect(await rang).toBe(quick);
  stop.abort();
  await watching;

  const unknown = new AlarmWatch([{ ...quick, ...hosts('Nonsense', 'Sum'), period: 0.05 }], {
    counters: async () => counters,
  });
  await expect(unknown.watch(new AbortController().signal)).rejects.toThrow(/Metric Nonsense is not rehearsed/);
});
