import type {
  Colour,
  DeploymentRecord,
  Fault,
  JobOutcome,
  OutageRecord,
  Rehearsal,
  RequestOutcome,
  Scenario,
  SocketOutcome,
  StageRecord,
  TaskRecord,
} from '../../../rehearsal/record';
import type { Stage } from '../../../rehearsal/report/stage-names';

/**
 * What a rehearsal could have seen, from a seed: two releases, a rollback and three broken images, some 60,000
 * requests. Nothing of it is measured; it is made to be looked at, and to be as large as a real one.
 */

export interface SampleProps {
  readonly seed?: number;
  /** @default 240, which makes 60,000 requests */
  readonly rate?: number;
  /** Requests are cut, a socket and a job are lost, a task is killed, a broken image is kept. @default false */
  readonly trouble?: boolean;
  /** Redis fails over in the end. @default false */
  readonly outage?: boolean;
}

const startedAt = Date.UTC(2026, 10, 20, 9, 30);

/** mulberry32 */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

interface Plan {
  readonly title: string;
  readonly scenario: Scenario;
  readonly fault?: Fault;
  /** Seconds of each stage. */
  readonly stages: readonly (readonly [Stage, number])[];
}

const upToTest: readonly (readonly [Stage, number])[] = [
  ['RECONCILE_SERVICE', 0.05],
  ['PRE_SCALE_UP', 0.05],
  ['SCALE_UP', 8.2],
  ['POST_SCALE_UP', 0.05],
  ['TEST_TRAFFIC_SHIFT', 0.4],
  ['POST_TEST_TRAFFIC_SHIFT', 4.1],
];
const whole: readonly (readonly [Stage, number])[] = [
  ...upToTest,
  ['PRODUCTION_TRAFFIC_SHIFT', 0.3],
  ['POST_PRODUCTION_TRAFFIC_SHIFT', 0.05],
  ['BAKE_TIME', 20],
];
const cleanUp: readonly (readonly [Stage, number])[] = [['CLEAN_UP', 8.6]];
const takeBack: readonly (readonly [Stage, number])[] = [['ROLLBACK', 0.4], ...cleanUp];

const release = (title: string): Plan => ({
  title,
  scenario: 'release',
  stages: [...whole, ...cleanUp, ['WORKER', 9.5]],
});

const plans: readonly Plan[] = [
  release('1. release'),
  { title: '2. release that an operator takes back', scenario: 'rollback', stages: [...whole, ...takeBack] },
  {
    title: '3. image that never gets healthy',
    scenario: 'broken-image',
    fault: 'never-healthy',
    stages: [...upToTest.slice(0, 2), ['SCALE_UP', 21], ...takeBack],
  },
  {
    title: '4. image that fails the smoke test',
    scenario: 'broken-image',
    fault: 'failing-smoke-test',
    stages: [...upToTest, ...takeBack],
  },
  {
    title: '5. image that fails under load',
    scenario: 'broken-image',
    fault: 'errors-under-load',
    stages: [...whole.slice(0, -1), ['BAKE_TIME', 13], ...takeBack],
  },
  release('6. release'),
];

const reasons: Partial<Record<Fault | Scenario, string>> = {
  rollback: 'StopServiceDeployment was called by an operator.',
  'never-healthy': 'Every task failed its health checks twice: GET /api/health answered 500.',
  'failing-smoke-test': 'The hook SmokeTest answered FAILED: GET /api/ready answered 503.',
  'errors-under-load': 'Alarm mr-mentor-production-green-errors: more than 5 % of the requests to green fail.',
};

interface Timeline {
  readonly deployments: readonly DeploymentRecord[];
  readonly endedAt: number;
  /** Who serves at a time, and a shift with its moment. */
  readonly shifts: readonly { readonly at: number; readonly to: Colour }[];
}

function timeline(loadFrom: number, trouble: boolean): Timeline {
  let now = loadFrom + 4_000;
  let live: Colour = 'blue';
  const shifts: { at: number; to: Colour }[] = [{ at: 0, to: live }];
  const deployments = plans.map((plan): DeploymentRecord => {
    const from = live;
    const to: Colour = from === 'blue' ? 'green' : 'blue';
    const kept = trouble && plan.fault === 'failing-smoke-test';
    const stages = plan.stages.map(([stage, seconds]): StageRecord => {
      const began = now;
      now += seconds * 1000;
      if (stage === 'PRODUCTION_TRAFFIC_SHIFT') shifts.push({ at: (began + now) / 2, to });
      if (stage === 'ROLLBACK' && shifts.at(-1)?.to === to) shifts.push({ at: (began + now) / 2, to: from });
      return { stage, from: began, to: now };
    });
    now += 2_500;
    live = shifts.at(-1)?.to ?? live;
    const expected = plan.scenario === 'release' ? 'SUCCESSFUL' : 'ROLLBACK_SUCCESSFUL';
    const { title, scenario, fault } = plan;
    const reason = reasons[fault ?? scenario];
    return { title, scenario, fault, from, to, expected, status: kept ? 'SUCCESSFUL' : expected, reason, stages };
  });
  return { deployments, endedAt: now + 2_000, shifts };
}

type Kind = readonly [kind: string, weight: number, ms: number];

const kinds: readonly Kind[] = [
  ['setting', 60, 3],
  ['lead', 18, 8],
  ['preflight', 12, 1.5],
  ['slow lead', 2, 2_900],
  ['upload announced', 4, 12],
  ['upload', 3, 14],
  ['sign-in', 1, 210],
];

export function sampleRehearsal(props: SampleProps = {}): Rehearsal {
  const { seed = 1, rate = 240, trouble = false, outage = false } = props;
  const random = randomFrom(seed);
  const loadFrom = startedAt + 21_300;
  const { deployments, endedAt, shifts } = timeline(loadFrom, trouble);
  const away: OutageRecord[] = outage ? [{ store: 'redis', from: endedAt - 9_000, to: endedAt - 7_200 }] : [];
  const drawn = (): Kind => {
    let left = random() * kinds.reduce((sum, [, weight]) => sum + weight, 0);
    for (const kind of kinds) {
      left -= kind[1];
      if (left < 0) return kind;
    }
    return kinds[0] as Kind;
  };
  const liveAt = (at: number) => shifts.findLast((shift) => shift.at <= at)?.to ?? 'blue';
  const stageAt = (at: number) =>
    deployments
      .flatMap((deployment) => deployment.stages.map((stage) => ({ deployment, ...stage })))
      .find(({ from, to }) => from <= at && at < to);

  const request = (at: number): RequestOutcome => {
    const [kind, , typical] = drawn();
    const found = stageAt(at);
    const cold = shifts.some((shift) => at >= shift.at && at < shift.at + 800) ? 2.2 : 1;
    const starting = found?.stage === 'SCALE_UP' ? 1.5 : 1;
    const ms = typical * cold * starting * (0.6 + random() ** 6 * 9 + random() * 0.5);
    // To the bucket, not to the service.
    if (kind === 'upload') return { kind, at, ms, result: 200, served: true };
    const colour = liveAt(at);
    const target = `${colour}/web-${1 + Math.floor(random() * 3)}`;
    if (found?.deployment.fault === 'errors-under-load' && colour === found.deployment.to && random() < 0.2)
      return { kind, at, ms, result: 500, served: false, target };
    if (away.some(({ from, to }) => at >= from && at < to + 900) && random() < 0.15)
      return { kind, at, ms: 500 + ms, result: 503, served: false, target };
    if (trouble && found?.stage === 'CLEAN_UP' && kind === 'slow lead' && random() < 0.4)
      return { kind, at, ms: (found.to - at) * random(), result: 502, served: false };
    if (trouble && found?.stage === 'PRODUCTION_TRAFFIC_SHIFT' && random() < 0.2)
      return { kind, at, ms: 0.8, result: 503, served: false };
    if (trouble && random() < 0.0001) return { kind, at, ms, result: 'ECONNRESET', served: false };
    return {
      kind,
      at,
      ms,
      result: kind === 'preflight' ? 204 : kind === 'upload announced' ? 201 : 200,
      served: true,
      target,
    };
  };

  const requests: RequestOutcome[] = [];
  for (let at = loadFrom; at < endedAt - 3_000; at += 1000 / rate) requests.push(request(at));
  return {
    environment: 'production',
    revision: '4f1c2a90be7d36a15e02c9d8b7a6f5e4d3c2b1a0',
    containers: 'processes',
    speed: 10,
    rate,
    rateMayBeLess: false,
    startedAt,
    loadFrom,
    risenAt: loadFrom,
    endedAt,
    deployments,
    outages: away,
    requests,
    sockets: sockets(shifts, loadFrom, trouble, random),
    jobs: jobs(loadFrom, endedAt, trouble, random),
    tasks: tasks(deployments, loadFrom, endedAt, trouble),
    findings: trouble
      ? [
          {
            message:
              'A web task closes an idle connection after 0.5 s, and the load balancer uses it for up to 6.0 s: 8 of 8 requests sent in that moment got no answer (502 to the user). Set KEEP_ALIVE_TIMEOUT_SECONDS above idle_timeout.timeout_seconds.',
            at: loadFrom + 2_000,
          },
        ]
      : [],
  };
}

function sockets(
  shifts: Timeline['shifts'],
  loadFrom: number,
  trouble: boolean,
  random: () => number,
): SocketOutcome[] {
  return Array.from({ length: 24 }, (_, index): SocketOutcome => {
    const moves = shifts.slice(1).map(({ at, to }) => ({
      at: at + 400 + random() * 5_000,
      ms: 60 + random() ** 3 * 1_400,
      from: `${to === 'blue' ? 'green' : 'blue'}/web-${1 + (index % 3)}`,
      to: `${to}/web-${1 + (index % 3)}`,
    }));
    const kind = index % 4 === 3 ? 'terminal' : 'meeting';
    const lost = trouble && index === 5;
    const hanging = trouble && index === 6;
    return {
      id: `${kind}-${index}`,
      kind,
      openedAt: loadFrom + index * 10,
      moves,
      unheard: trouble && index === 9 ? 2 : 0,
      end: lost ? 'lost' : hanging ? 'hanging' : 'open',
      ...(lost && { reason: 'transport close' }),
    };
  });
}

const jobs = (loadFrom: number, endedAt: number, trouble: boolean, random: () => number): JobOutcome[] =>
  Array.from({ length: Math.floor((endedAt - loadFrom - 4_000) / 500) }, (_, index) => {
    const at = loadFrom + index * 500;
    const done = at + 40 + random() ** 8 * 2_500;
    return { id: `email-${index}`, at, done: trouble && index === 70 ? [] : [done] };
  });

/** Three web tasks of each colour, and workers that are replaced after a release. */
function tasks(
  deployments: readonly DeploymentRecord[],
  loadFrom: number,
  endedAt: number,
  trouble: boolean,
): TaskRecord[] {
  let next = 1;
  const records: TaskRecord[] = [];
  const start = (role: 'web' | 'worker', number: number, from: number, to: number, more: Partial<TaskRecord>) => {
    for (let index = 0; index < number; index += 1) {
      const stopped = to + 2_500 + index * 80;
      records.push({
        id: `${role}-${next}`,
        role,
        startedAt: from,
        healthyAt: from + 3_400 + index * 210,
        stopRequestedAt: to,
        exit: { at: stopped, code: 0, signal: null },
        killed: false,
        ...more,
      });
      next += 1;
    }
  };
  const lastSwap = (index: number) =>
    deployments.slice(index).find(({ scenario }) => scenario === 'release')?.stages ?? [];
  const endOfLive = (index: number, stage: Stage) =>
    lastSwap(index).find((one) => one.stage === stage)?.from ?? endedAt;
  start('web', 3, loadFrom - 15_000, endOfLive(0, 'CLEAN_UP'), { colour: 'blue' });
  start('worker', 2, loadFrom - 15_000, endOfLive(0, 'WORKER'), {});
  deployments.forEach(({ title, to, stages, status, fault }, index) => {
    const began = stages.find(({ stage }) => stage === 'SCALE_UP')?.from ?? loadFrom;
    const ended =
      status === 'SUCCESSFUL'
        ? endOfLive(index + 1, 'CLEAN_UP')
        : (stages.find(({ stage }) => stage === 'CLEAN_UP')?.from ?? endedAt);
    start('web', 3, began, ended, {
      colour: to,
      deployment: title,
      ...(fault === 'never-healthy' && { healthyAt: undefined }),
    });
    const worker = stages.find(({ stage }) => stage === 'WORKER');
    if (worker) start('worker', 2, worker.from, endOfLive(index + 1, 'WORKER'), { deployment: title });
  });
  return trouble
    ? records.map((record, index) =>
        index === 1
          ? {
              ...record,
              killed: true,
              exit: { at: (record.stopRequestedAt ?? 0) + 6_000, code: null, signal: 'SIGKILL' },
            }
          : record,
      )
    : records;
}
