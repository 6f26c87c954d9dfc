import type { DeploymentRecord, Rehearsal, TaskRecord } from '../../../rehearsal/record';
import { judge } from '../../../rehearsal/report/verdict';
import { brokenImage, failed, passing, release, request, socket, task } from './passing-rehearsal';

const messages = (more: Partial<Rehearsal>) => judge(passing(more)).failures.map(({ message }) => message);

it('passes where nobody noticed anything', () => {
  expect(judge(passing())).toEqual({ passed: true, failures: [], notes: [] });
});

it('fails a run that tried nothing, or not in a stage', () => {
  expect(messages({ requests: [] })).toEqual(['There was not one request, so nothing was rehearsed.']);
  expect(messages({ deployments: [] })).toEqual(['There was no deployment and no outage, so nothing was rehearsed.']);
  expect(messages({ deployments: [], outages: [{ store: 'redis', from: 8_000, to: 9_000 }] })).toEqual([]);
  const stages = [{ stage: 'BAKE_TIME', from: 8_000, to: 11_000 }] as const;
  expect(messages({ deployments: [{ ...release, stages }] })).toEqual([
    'There was no request in the bake time of “release”, for 3.0 s.',
  ]);
});

describe('requests', () => {
  it('are one failure where they failed in the same way for the same reason, and told by where that was', () => {
    const verdict = judge(
      passing({
        requests: [
          ...Array.from({ length: 12 }, () => failed(502, { kind: 'slow lead', at: 4_000, ms: 1_500 })),
          failed(429, { target: 'green/web-4' }),
          failed(429, { target: 'green/web-5', kind: 'lead' }),
          failed(429, { target: 'blue/web-1', at: 1_100 }),
        ],
      }),
    );
    expect(verdict.passed).toBe(false);
    expect(verdict.failures).toEqual([
      {
        subject: 'requests',
        message: '12 requests failed with status 502 (slow lead): in the clean up of “release”.',
        explanation: expect.stringContaining('deregistration_delay.timeout_seconds'),
        count: 12,
        places: [{ deployment: 'release', stage: 'CLEAN_UP', count: 12 }],
        at: 5_500,
      },
      {
        subject: 'requests',
        message:
          '3 requests failed with status 429 (2 setting and 1 lead): 2 from green in the bake time of “release” and 1 from blue in the scale up of “release”.',
        explanation: expect.stringContaining('TRUST_PROXY_HOPS'),
        count: 3,
        places: [
          { deployment: 'release', stage: 'BAKE_TIME', colour: 'green', count: 2 },
          { deployment: 'release', stage: 'SCALE_UP', colour: 'blue', count: 1 },
        ],
        at: 1_104,
      },
    ]);
  });

  it('count by the stage in which they ended, which is what cut them', () => {
    const began = (at: number, ms: number) => messages({ requests: [failed('ECONNRESET', { at, ms })] })[0];
    expect(began(4_900, 50)).toContain('in the bake time of “release”');
    expect(began(4_900, 200)).toContain('in the clean up of “release”');
    expect(began(8_000, 10)).toContain('while no deployment went on');
    expect(began(4_900, 200)).toContain('without a whole answer (ECONNRESET)');
  });

  it('tell four places, and count the others', () => {
    const requests = [500, 1_500, 2_500, 3_500, 4_500, 5_500].map((at) => failed(429, { at }));
    expect(messages({ requests })).toEqual([expect.stringMatching(/and the rest in 2 other stages\.$/)]);
  });

  it('are fewer than asked for: a note', () => {
    expect(judge(passing({ rate: 100 })).notes).toEqual(['There were 0 requests a second, and 100 were asked for.']);
    expect(judge(passing({ rate: 100, rateMayBeLess: true })).notes).toEqual([
      'There were 0 requests a second, as many as this machine bears beside tasks that start; a faster one gets 100.',
    ]);
  });
});

describe('errors of an image that is broken on purpose', () => {
  const error = (at: number, target = 'blue/web-7', result: number | string = 500) => failed(result, { at, target });
  const judged = (one: ReturnType<typeof failed>, more: Partial<DeploymentRecord> = {}) =>
    judge(passing({ deployments: [{ ...brokenImage, ...more }], requests: [request(), one] }));

  it('are a note from the production shift to the end of the rollback', () => {
    const verdict = judge(passing({ deployments: [brokenImage], requests: [error(12_100), error(14_900)] }));
    expect(verdict.passed).toBe(true);
    expect(verdict.notes).toEqual([
      '2 requests got an error from blue in the 3.0 s from the production traffic shift to the rollback of “errors under load”: the image fails on purpose, and the alarm has to notice.',
    ]);
  });

  it.each([
    ['before the shift', error(11_500)],
    ['after the rollback', error(15_100)],
    ['from the other colour', error(12_500, 'green/web-4')],
    ['from the load balancer', failed(503, { at: 12_500 })],
    ['of another kind', error(12_500, 'blue/web-7', 429)],
    ['when a connection was cut', error(12_500, 'blue/web-7', 'ECONNRESET')],
  ])('are failures %s', (_, one) => expect(judged(one).passed).toBe(false));

  it('are failures of an image with another fault, and where nobody took it back', () => {
    expect(judged(error(12_500), { fault: 'failing-smoke-test' }).passed).toBe(false);
    const kept = brokenImage.stages.filter(({ stage }) => stage !== 'ROLLBACK');
    expect(judged(error(12_500), { stages: kept }).failures).toHaveLength(1);
  });
});

describe('an outage', () => {
  const outages = [{ store: 'database', from: 8_000, to: 9_000 }] as const;
  const judged = (one: ReturnType<typeof failed>) =>
    judge(passing({ outages, endedAt: 40_000, requests: [request(), one] }));

  it.each([
    ['503 of a task', failed(503, { at: 8_100, target: 'green/web-4' })],
    ['500 of a task', failed(500, { at: 8_100, target: 'green/web-4' })],
    ['504', failed(504, { at: 7_000, ms: 2_000 })],
    ['no answer', failed('no answer within 20 s', { at: 8_900, ms: 20_000 })],
    ['503 while it recovers', failed(503, { at: 18_900, target: 'green/web-4' })],
  ])('excuses %s', (_, one) => {
    expect(judged(one)).toMatchObject({
      passed: true,
      notes: ['1 request failed while PostgreSQL was away (1.0 s) or within 10.0 s after it was back.'],
    });
  });

  it.each([
    ['503 of the load balancer', failed(503, { at: 8_100 })],
    ['502', failed(502, { at: 8_100 })],
    ['429', failed(429, { at: 8_100, target: 'green/web-4' })],
    ['a connection that was cut', failed('ECONNRESET', { at: 8_100 })],
    ['503 before it', failed(503, { at: 7_000, target: 'green/web-4' })],
    ['503 long after it', failed(503, { at: 19_100, target: 'green/web-4' })],
  ])('does not excuse %s', (_, one) => expect(judged(one).passed).toBe(false));

  it('never excuses a lost job', () => {
    expect(messages({ outages, jobs: [{ id: 'email-1', at: 8_100, done: [] }] })).toEqual([
      '1 job of 1 accepted with 202 had no effect (lost, or later than 30 s): email-1, accepted while no deployment went on.',
    ]);
  });

  it('of Redis excuses messages that were said meanwhile, and no others', () => {
    const away = [{ store: 'redis', from: 8_000, to: 9_000 }] as const;
    const deaf = (more: object) => judge(passing({ outages: away, sockets: [socket({ unheard: 2, ...more })] }));
    expect(deaf({ unheardAt: [8_100, 8_600] }).notes).toEqual([
      '2 messages did not arrive while Redis, which keeps none for later, was away or within 10.0 s after it was back.',
    ]);
    expect(deaf({ unheardAt: [2_000, 8_600] }).failures.map(({ message }) => message)).toEqual([
      '1 message did not arrive although both ends were connected: 1 socket (meeting).',
    ]);
    expect(deaf({}).passed).toBe(true);
    expect(judge(passing({ outages, sockets: [socket({ unheard: 2 })] })).passed).toBe(false);
  });
});

describe('sockets', () => {
  it.each([
    [
      { end: 'lost', reason: 'transport close' } as const,
      '1 meeting socket lost its connection and got no other one (“transport close”).',
    ],
    [{ end: 'hanging', kind: 'terminal' } as const, '1 terminal socket is connected and hears nothing.'],
    [{ unheard: 3 }, '3 messages did not arrive although both ends were connected: 1 socket (meeting).'],
  ])('%j', (more, message) => expect(messages({ sockets: [socket(), socket(more)] })).toEqual([message]));

  it('that were away for long are a note', () => {
    const moves = [
      { at: 4_000, ms: 7_300 },
      { at: 9_000, ms: 200 },
    ];
    expect(judge(passing({ sockets: [socket({ moves })] }))).toMatchObject({
      passed: true,
      notes: ['1 time a socket was without a connection for more than 5.0 s, at most for 7.3 s.'],
    });
  });
});

describe('jobs', () => {
  it('that were done twice are a failure', () => {
    const jobs = ['a', 'b'].map((id) => ({ id, at: 0, done: [10, 20] }));
    expect(messages({ jobs })).toEqual([
      '2 jobs of 2 had their effect more than once: a and b, accepted while no deployment went on.',
    ]);
  });

  it('that were done late are a failure, with when they were accepted', () => {
    const late = [
      { id: 'a', at: 4_200, done: [64_700] },
      { id: 'b', at: 4_800, done: [34_900] },
    ];
    const jobs = [...late, { id: 'c', at: 4_900, done: [5_000] }];
    expect(messages({ jobs, endedAt: 70_000 })).toEqual([
      '2 jobs of 3 accepted with 202 had their effect late, after up to 1 min 1 s (at most 30 s): a and b, accepted in the bake time of “release”.',
    ]);
  });

  it('that were done late are none where a store was away meanwhile', () => {
    const jobs = [{ id: 'a', at: 4_200, done: [44_700] }];
    const outages = [{ store: 'redis', from: 40_000, to: 41_000 }] as const;
    expect(judge(passing({ jobs, outages, endedAt: 70_000 })).passed).toBe(true);
  });
});

describe('deployments', () => {
  it.each<[Partial<DeploymentRecord>, RegExp]>([
    [
      { fault: 'failing-smoke-test', expected: 'ROLLBACK_SUCCESSFUL' },
      /the image that fails its smoke test was released/,
    ],
    [{ fault: 'never-healthy', expected: 'ROLLBACK_SUCCESSFUL' }, /the image that never gets healthy was released/],
    [{ fault: 'errors-under-load', expected: 'ROLLBACK_SUCCESSFUL' }, /no alarm took it back/],
    [{ scenario: 'rollback', expected: 'ROLLBACK_SUCCESSFUL' }, /the operator’s rollback came too late/],
    [
      { status: 'ROLLBACK_SUCCESSFUL', reason: 'Alarm.' },
      /“release” ended ROLLBACK_SUCCESSFUL instead of SUCCESSFUL: it was taken back\. Reason: Alarm\.$/,
    ],
    [{ status: 'ROLLBACK_FAILED' }, /could not be taken back/],
  ])('%j', (more, words) => {
    expect(messages({ deployments: [{ ...release, ...more }] })).toEqual([expect.stringMatching(words)]);
  });
});

describe('tasks', () => {
  const exit = (code: number | null, signal: string | null = null) => ({ at: 7_000, code, signal });

  it.each<[Partial<TaskRecord>, string]>([
    [
      { killed: true, exit: exit(null, 'SIGKILL') },
      'A task did not end within its stop timeout after SIGTERM, so that ECS sends SIGKILL: blue/web-1 (after 1.0 s).',
    ],
    [{ exit: exit(1) }, 'A task ended after SIGTERM with another code than 0: blue/web-1 (code 1).'],
    [
      { exit: exit(null, 'SIGTERM') },
      'A task was ended by SIGTERM instead of ending in order: blue/web-1 (after 1.0 s).',
    ],
    [
      { stopRequestedAt: undefined, exit: exit(137) },
      'A task ended by itself: blue/web-1 (code 137, 12.0 s after its start).',
    ],
    [{ exit: undefined }, 'A task was told to stop and still runs: blue/web-1.'],
    [
      { healthyAt: undefined, deployment: 'release' },
      'A task never passed its health checks: blue/web-1 (of “release”).',
    ],
  ])('%j', (more, message) => expect(messages({ tasks: [task(more)] })).toEqual([message]));

  it('of the same disorder are one failure', () => {
    const tasks = Array.from({ length: 8 }, (_, index) => task({ id: `web-${index}`, killed: true }));
    expect(messages({ tasks })).toEqual([
      expect.stringMatching(/^8 tasks did not end within their stop timeout .* and 2 more\.$/),
    ]);
  });

  it('of an image that is broken on purpose need not get healthy, and have to stop in order', () => {
    const deployments = [brokenImage];
    const broken = task({ healthyAt: undefined, deployment: brokenImage.title });
    expect(messages({ deployments, tasks: [broken] })).toEqual([]);
    expect(messages({ deployments, tasks: [{ ...broken, exit: exit(1) }] })).toHaveLength(1);
  });

  it('of the worker may have no health check', () => {
    expect(messages({ tasks: [task({ role: 'worker', healthyAt: undefined })] })).toEqual([]);
  });
});

it('tells users who came to the new tasks before the shift', () => {
  const requests = [
    request(),
    request({ at: 2_500, target: 'green/web-4' }),
    request({ at: 2_500, target: 'blue/web-1' }),
  ];
  expect(messages({ requests })).toEqual([
    '1 request of users went to green in the post test traffic shift of “release”, before production traffic was shifted.',
  ]);
});

it('tells once what was found about the same', () => {
  const findings = [1, 2, 3].map((at) => ({ about: 'stopping', message: `Refused after ${at} s.`, at }));
  expect(judge(passing({ findings })).failures).toEqual([
    { subject: 'finding', message: 'Refused after 1 s. This was found 3 times.', count: 3, at: 1 },
  ]);
});

it('passes on what was found beside the load', () => {
  expect(judge(passing({ findings: [{ message: 'A task closes idle connections.', at: 300 }] })).failures).toEqual([
    { subject: 'finding', message: 'A task closes idle connections.', count: 1, at: 300 },
  ]);
});
