import { setTimeout as sleep } from 'node:timers/promises';
import { Addresses } from '../../../rehearsal/load/addresses';
import { arrivals } from '../../../rehearsal/load/arrivals';
import { Cookies } from '../../../rehearsal/load/cookies';
import { kinds } from '../../../rehearsal/load/kinds';
import { inTurn, mixed } from '../../../rehearsal/load/mix';
import { targetIn } from '../../../rehearsal/load/target';
import { crossOriginComplaint } from '../../../rehearsal/load/traffic';

test('a hundred requests hold each kind as often as its share', () => {
  const next = mixed(kinds);
  const counts: Record<string, number> = {};
  for (let request = 0; request < 100; request += 1) {
    const { name } = next();
    counts[name] = (counts[name] ?? 0) + 1;
  }
  expect(counts).toEqual(Object.fromEntries(kinds.map(({ name, share }) => [name, share])));
});

test('no kind comes in bursts', () => {
  const next = mixed([
    { name: 'a', share: 2 },
    { name: 'b', share: 1 },
    { name: 'c', share: 1 },
  ]);
  expect(Array.from({ length: 8 }, () => next().name).join('')).toBe('abcaabca');
});

test('nothing to take turns with is an error', () => {
  expect(inTurn([], 'host')).toThrow('The load has no host: state one at least.');
  expect(mixed([])).toThrow('There is no kind of request to choose from.');
});

test('people arrive by the clock, whatever keeps the process busy', async () => {
  let arrived = 0;
  const began = performance.now();
  const end = arrivals(
    () => 200,
    () => {
      arrived += 1;
    },
  );
  const busyUntil = performance.now() + 100;
  while (performance.now() < busyUntil);
  await sleep(100);
  const due = ((performance.now() - began) / 1000) * 200;
  end();
  const before = arrived;
  expect(before).toBeGreaterThan(due - 10);
  expect(before).toBeLessThanOrEqual(due);
  await sleep(30);
  expect(arrived).toBe(before);
});

test('addresses are never given twice, and are addresses', () => {
  const addresses = new Addresses();
  const given = Array.from({ length: 70_000 }, () => addresses.next());
  expect(new Set(given).size).toBe(given.length);
  expect([given[0], given[255], given[69_999]]).toEqual(['10.0.0.1', '10.0.1.0', '10.1.17.112']);
});

describe('cookies', () => {
  const at = Date.UTC(2030, 0, 1);
  test.each([
    ['are sent back', ['AWSALB=a; Path=/', 'AWSALBTG=b=; Secure'], 'AWSALB=a; AWSALBTG=b='],
    ['have the newest value', ['AWSALB=a', 'AWSALB=b'], 'AWSALB=b'],
    ['end by Max-Age', ['AWSALB=a; Max-Age=0', 'B=b; max-age=60'], 'B=b'],
    [
      'end by Expires',
      ['A=a; Expires=Tue, 01 Jan 2029 00:00:00 GMT', 'B=b; Expires=Wed, 01 Jan 2031 00:00:00 GMT'],
      'B=b',
    ],
    ['heed Max-Age first', ['A=a; Expires=Tue, 01 Jan 2029 00:00:00 GMT; Max-Age=60'], 'A=a'],
    ['are left out when there are none', ['=a', ''], undefined],
  ])('%s', (_title, headers, expected) => {
    const cookies = new Cookies(() => at);
    cookies.keep(headers);
    expect(cookies.header()).toBe(expected);
  });
});

test('the target is read from the head of an answer, and from nowhere else', () => {
  const head = 'HTTP/1.1 101 Switching Protocols\r\nX-Rehearsal-Target: green/web-5\r\nupgrade: websocket';
  expect(targetIn(`${head}\r\n\r\n`)).toBe('green/web-5');
  expect(targetIn('HTTP/1.1 200 OK\r\n\r\nx-rehearsal-target: blue/web-1\r\n')).toBeUndefined();
});

test.each([
  ['the page’s own', 'https://a.test', undefined],
  [
    'another',
    'https://b.test',
    'no page of https://a.test may read it (access-control-allow-origin is https://b.test)',
  ],
  ['none', undefined, 'no page of https://a.test may read it (access-control-allow-origin is missing)'],
])('an answer to a page that allows %s', (_title, allowed, complaint) => {
  const headers = { 'access-control-allow-origin': allowed };
  const answer = { at: 0, ms: 1, result: 200, headers, body: '' };
  expect(crossOriginComplaint(answer, 'https://a.test')).toBe(complaint);
  expect(crossOriginComplaint(answer, undefined)).toBeUndefined();
});
