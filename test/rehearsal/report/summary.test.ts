import { toJson } from '../../../rehearsal/report/json';
import { percentile, sorted } from '../../../rehearsal/report/percentile';
import { summarise } from '../../../rehearsal/report/summary';
import { brokenImage, failed, passing, release, request, socket, task } from './passing-rehearsal';

it.each([
  [[7], 50, 7],
  [[3, 1, 2], 50, 2],
  [[4, 3, 2, 1], 50, 2],
  [Array.from({ length: 100 }, (_, index) => 100 - index), 99, 99],
  [[1, 2, 10], 99, 10],
  [[], 50, undefined],
])('of %j the percentile %d is %s', (numbers, percent, value) => {
  expect(percentile(sorted(numbers), percent)).toBe(value);
});

it('counts each request in the stage in which it ended, and in no other', () => {
  const requests = [500, 1_500, 3_500, 4_500, 4_600, 7_000, 21_000].map((at) => request({ at }));
  const { total, between, deployments } = summarise(
    passing({ requests: [...requests, failed(502, { at: 4_900, ms: 300 }), request({ at: -100 })] }),
  );
  expect(total).toMatchObject({ requests: 9, failed: 1 });
  expect(between).toMatchObject({ requests: 4, failed: 0 });
  expect(deployments).toMatchObject([{ title: 'release', seconds: 5, requests: 5, failed: 1 }]);
  expect(deployments[0]?.stages.map(({ stage, requests, failed }) => [stage, requests, failed])).toEqual([
    ['SCALE_UP', 1, 0],
    ['POST_TEST_TRAFFIC_SHIFT', 0, 0],
    ['PRODUCTION_TRAFFIC_SHIFT', 1, 0],
    ['BAKE_TIME', 2, 0],
    ['CLEAN_UP', 1, 1],
  ]);
});

it('takes the latency of what was served and is not slow on purpose', () => {
  const requests = [
    request({ ms: 5 }),
    request({ ms: 9 }),
    request({ ms: 3_000, kind: 'slow lead' }),
    failed(504, { ms: 60_000 }),
  ];
  expect(summarise(passing({ requests })).total).toEqual({ requests: 4, failed: 1, p50: 5, p99: 9 });
  expect(summarise(passing({ requests: [failed(500)] })).total).toEqual({ requests: 1, failed: 1 });
});

it('compares the times around a shift, back and forth, and none where traffic never moved', () => {
  const at = (...times: number[]) => times.map((time) => request({ at: time, ms: 1 }));
  const requests = [...at(7_500, 11_500), ...at(12_500, 13_500, 13_900), ...at(14_500, 16_900), ...at(17_000, 20_000)];
  const unmoved = {
    ...brokenImage,
    stages: brokenImage.stages.filter(({ stage }) => stage !== 'PRODUCTION_TRAFFIC_SHIFT'),
  };
  const shifts = (deployment: typeof brokenImage) =>
    summarise(passing({ deployments: [deployment], requests })).deployments[0]?.shifts.map(
      ({ stage, before, during, after }) => [stage, before.requests, during.requests, after.requests],
    );
  expect(shifts(brokenImage)).toEqual([
    ['PRODUCTION_TRAFFIC_SHIFT', 2, 3, 3],
    ['ROLLBACK', 4, 1, 3],
  ]);
  expect(shifts(unmoved)).toEqual([]);
});

it('sums up sockets by kind, jobs and tasks', () => {
  const move = (ms: number) => ({ at: 4_000, ms });
  const { sockets, jobs, tasks } = summarise(
    passing({
      sockets: [
        socket({ moves: [move(100), move(900)] }),
        socket({ moves: [move(300)], end: 'lost' }),
        socket({ end: 'hanging', unheard: 2 }),
      ],
      jobs: [
        { id: 'a', at: 0, done: [40] },
        { id: 'b', at: 0, done: [70, 30] },
        { id: 'c', at: 0, done: [] },
      ],
      tasks: [task(), task({ role: 'worker', killed: true, healthyAt: undefined }), task({ exit: undefined })],
    }),
  );
  expect(sockets).toEqual([
    {
      kind: 'meeting',
      opened: 3,
      kept: 1,
      moved: 2,
      moves: 3,
      medianGap: 300,
      longestGap: 900,
      lost: 1,
      hanging: 1,
      unheard: 2,
    },
  ]);
  expect(jobs).toEqual({ accepted: 3, done: 2, lost: 1, twice: 1, median: 30, slowest: 40 });
  expect(tasks).toEqual({ web: 2, worker: 1, killed: 1, slowestStart: 4_000, slowestStop: 1_500 });
});

it('is there for machines, without the list of requests', () => {
  const bad = socket({ id: 'meeting-2', end: 'lost' });
  const json = toJson(passing({ sockets: [socket(), bad], jobs: [{ id: 'a', at: 0, done: [1] }] }));
  expect(Object.keys(json).sort()).toEqual([
    ...['badJobs', 'badSockets', 'containers', 'deployments', 'endedAt', 'environment', 'findings', 'loadFrom'],
    ...[
      'outages',
      'rate',
      'rateMayBeLess',
      'revision',
      'risenAt',
      'speed',
      'startedAt',
      'summary',
      'tasks',
      'verdict',
      'version',
    ],
  ]);
  expect(json).toMatchObject({
    version: 1,
    badSockets: [bad],
    badJobs: [],
    deployments: [release],
    verdict: { passed: false },
  });
  expect(JSON.parse(JSON.stringify(json))).toEqual(json);
});
