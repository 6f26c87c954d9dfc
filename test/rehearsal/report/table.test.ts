import type { Rehearsal } from '../../../rehearsal/record';
import { summarise } from '../../../rehearsal/report/summary';
import { endTable, wrapped } from '../../../rehearsal/report/table';
import { judge } from '../../../rehearsal/report/verdict';
import { brokenImage, failed, passing, release, request, socket } from './passing-rehearsal';
import { sampleRehearsal } from './sample-rehearsal';

const answeredBy = (at: number) => ({ target: at < 3_000 ? 'blue/web-1' : 'green/web-4' });
const shown = (rehearsal: Rehearsal) => `\n${endTable(rehearsal, summarise(rehearsal), judge(rehearsal))}\n`;

it('shows a release that passed', () => {
  const requests = [500, 1_500, 3_500, 4_500, 5_500, 7_000].map((at) =>
    request({ at, ms: at / 250, ...answeredBy(at) }),
  );
  const moves = [{ at: 4_100, ms: 340 }];
  expect(shown(passing({ requests, sockets: [socket({ moves }), socket()] }))).toMatchInlineSnapshot(`
"
Rehearsal of production, revision 4f1c2a90be7d, in processes instead of
containers, 0.1 requests a second, waits of AWS 10 times shorter

deployment                               seconds  requests  failed  p50 ms  p99 ms
release                                      5.0         4       0    14.0    22.0
  blue → green: SUCCESSFUL, as expected
    scale up                                 1.0         1       0     6.0     6.0
    production traffic shift                 1.0         1       0    14.0    14.0
    bake time                                1.0         1       0    18.0    18.0
    clean up                                 1.0         1       0    22.0    22.0
between deployments                                      2       0     2.0    28.0
total                                       20.0         6       0    14.0    28.0

production traffic: failed, p99 ms  5 s before   shift and 1 s  5 s after
release, shift                      0 of 2, 6.0  0 of 2, 18.0   0 of 2, 28.0

sockets  opened  kept  moved  median gap  longest gap  lost  hanging  unheard
meeting       2     2      1      340 ms       340 ms     0        0        0

jobs   1 accepted, 0 lost, 0 done twice; done after 50 ms, the slowest after 50 ms
tasks  1 web, 0 worker, 0 killed; the slowest was healthy after 4.0 s and ended 1.5 s after SIGTERM

Passed: 6 requests, none failed. 2 sockets kept, 1 of them on another task. 1
job, each done once. 1 deployment ended as it has to.
"
`);
});

it('shows what failed, what that means, and what was provoked', () => {
  const requests = [
    ...Array.from({ length: 1_200 }, (_, index) => {
      const at = 500 + index * 15;
      return request({ at, ...answeredBy(at) });
    }),
    failed(500, { at: 13_500, target: 'blue/web-7' }),
    failed(502, { at: 4_500, ms: 900, kind: 'slow lead' }),
  ];
  const deployments = [release, brokenImage];
  expect(shown(passing({ rate: 60, deployments, requests }))).toMatchInlineSnapshot(`
"
Rehearsal of production, revision 4f1c2a90be7d, in processes instead of
containers, 60 requests a second, waits of AWS 10 times shorter

deployment                                        seconds  requests  failed  p50 ms  p99 ms
release                                               5.0       334       1     4.0     4.0
  blue → green: SUCCESSFUL, as expected
    scale up                                          1.0        66       0     4.0     4.0
    post test traffic shift                           1.0        67       0     4.0     4.0
    production traffic shift                          1.0        67       0     4.0     4.0
    bake time                                         1.0        66       0     4.0     4.0
    clean up                                          1.0        68       1     4.0     4.0
errors under load                                     6.0       401       1     4.0     4.0
  green → blue: ROLLBACK_SUCCESSFUL, as expected
    scale up                                          1.0        66       0     4.0     4.0
    post test traffic shift                           1.0        67       0     4.0     4.0
    production traffic shift                          1.0        67       0     4.0     4.0
    bake time                                         1.0        67       1     4.0     4.0
    rollback                                          1.0        67       0     4.0     4.0
    clean up                                          1.0        67       0     4.0     4.0
between deployments                                             467       0     4.0     4.0
total                                                20.0     1,202       2     4.0     4.0

production traffic: failed, p99 ms  5 s before     shift and 1 s  5 s after
release, shift                      0 of 167, 4.0  0 of 133, 4.0  1 of 335, 4.0
errors under load, shift            0 of 333, 4.0  1 of 134, 4.0  0 of 300, 4.0
errors under load, back             1 of 334, 4.0  0 of 134, 4.0  0 of 166, 4.0

sockets  opened  kept  moved  median gap  longest gap  lost  hanging  unheard
meeting       1     1      0           –            –     0        0        0

jobs   1 accepted, 0 lost, 0 done twice; done after 50 ms, the slowest after 50 ms
tasks  1 web, 0 worker, 0 killed; the slowest was healthy after 4.0 s and ended 1.5 s after SIGTERM

FAILED: 1 reason; 1 request of 1,202 failed that nobody provoked.

✗ 1 request failed with status 502 (slow lead): in the clean up of “release”.
  (at 0:05.4)
  It was cut at deregistration: the slowest request takes longer than
  deregistration_delay.timeout_seconds of its target group. Raise
  timings.deregistrationDelay above timings.slowestRequest, or make the request
  shorter.

Note: 1 request got an error from blue in the 3.0 s from the production traffic
shift to the rollback of “errors under load”: the image fails on purpose, and
the alarm has to notice.
"
`);
});

it('fits into a hundred columns, whatever happened', () => {
  for (const trouble of [false, true]) {
    const lines = shown(sampleRehearsal({ trouble, outage: trouble, rate: 40 })).split('\n');
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
  }
});

it('names a dozen or so of a hundred reasons, and counts the others', () => {
  const findings = Array.from({ length: 100 }, (_, index) => ({ message: `Finding ${index}.` }));
  expect(shown(passing({ findings }))).toContain('… and 85 reasons more (finding).');
});

it('keeps the lines of a log apart', () => {
  expect(wrapped(`Reason: ${'word '.repeat(22)}\n  at start\nend`, '  ')).toBe(
    `Reason: ${'word '.repeat(14).trim()}\n  ${'word '.repeat(8).trim()}\n    at start\n  end`,
  );
});
