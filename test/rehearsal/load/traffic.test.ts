import type { Answer } from '../../../rehearsal/load/call';
import type { Crowd, Member } from '../../../rehearsal/load/crowd';
import type { Kind } from '../../../rehearsal/load/kinds';
import { kinds } from '../../../rehearsal/load/kinds';
import type { Population } from '../../../rehearsal/load/population';
import { Traffic } from '../../../rehearsal/load/traffic';
import type { RequestOutcome } from '../../../rehearsal/record';

const origin = 'https://www.school.test';
const headers = { 'access-control-allow-origin': origin, 'x-rehearsal-target': 'blue/web-1' };
const answered: Answer = { at: 1_000, ms: 20, result: 200, headers, body: '', target: 'blue/web-1' };

const caller = { origin, person: { id: 'somebody', token: '' }, apiKey: 'key' };

/** Whose every request ends so. */
function trafficOf(call: () => Promise<Answer>) {
  const outcomes: RequestOutcome[] = [];
  const member = { client: { call, props: { origin } }, caller, passing: false } as unknown as Member;
  const population = { setting: { key: 'key', value: 'expected' } } as Population;
  const crowd = { next: () => member } as unknown as Crowd;
  return { outcomes, traffic: new Traffic({ crowd, population, record: (outcome) => outcomes.push(outcome) }) };
}

const named = (name: string): Kind => {
  const kind = kinds.find((each) => each.name === name);
  if (kind === undefined) throw new Error(`There is no kind ${name}.`);
  return kind;
};

test.each<[title: string, kind: string, changes: Partial<Answer>, result: number | string, served: boolean]>([
  ['as it should be', 'setting', { body: '{"data":{"value":"expected"}}' }, 200, true],
  ['another value', 'setting', { body: '{"data":{"value":"old"}}' }, '200, but with another value', false],
  ['a page instead of JSON', 'setting', { body: '<html>' }, '200, but with another value', false],
  ['the load balancer’s 503', 'setting', { result: 503 }, 503, false],
  ['a 429', 'uploads', { result: 429 }, 429, false],
  ['a cut connection', 'lead', { result: 'ECONNRESET' }, 'ECONNRESET', false],
  ['a lead without its id', 'lead', { body: '{"data":{}}' }, '200, but without the id of the lead', false],
  [
    'a preflight that allows no POST',
    'preflight',
    { result: 204, headers: { ...headers, 'access-control-allow-methods': 'GET' } },
    '204, but that allows no POST',
    false,
  ],
])('%s', async (_title, kind, changes, result, served) => {
  const { outcomes, traffic } = trafficOf(async () => ({ ...answered, ...changes }));
  await traffic.ask(named(kind));
  expect(outcomes).toEqual([{ kind, at: 1_000, ms: 20, result, served, target: 'blue/web-1' }]);
});

test('an answer that no page may read is not served', async () => {
  const { outcomes, traffic } = trafficOf(async () => ({ ...answered, headers: {} }));
  await traffic.ask(named('uploads'));
  expect(outcomes).toMatchObject([
    { served: false, result: expect.stringContaining('but no page of https://www.school.test') },
  ]);
});

test('when nothing answers those who come later have an outcome, too', async () => {
  const { outcomes, traffic } = trafficOf(() => new Promise(() => {}));
  for (let request = 0; request < 502; request += 1) void traffic.ask(named('uploads'));
  const outcome = { kind: 'uploads', ms: 0, result: 'not sent: 500 requests are under way', served: false };
  expect(outcomes).toEqual([outcome, outcome].map((each) => ({ ...each, at: expect.any(Number) })));
});
