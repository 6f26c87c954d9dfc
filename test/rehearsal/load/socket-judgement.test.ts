import type { SocketEvent } from '../../../rehearsal/load/diary';
import { type Judged, judge } from '../../../rehearsal/load/socket-judgement';

const joined = (at: number, target = 'blue/web-1'): SocketEvent => ({ at, what: 'joined', target });
const lost = (at: number, reason = 'transport close'): SocketEvent => ({ at, what: 'lost', reason });
const refused = (at: number, reason: string): SocketEvent => ({ at, what: 'refused', reason });
/** Taken by the service at once. */
const says = (at: number, number: number): SocketEvent[] => [
  { at, what: 'said', number },
  { at: at + 5, what: 'taken', number },
];
const hears = (at: number, number: number): SocketEvent => ({ at, what: 'heard', number });

const about = (own: readonly SocketEvent[], peer: readonly SocketEvent[] = []): Judged => ({
  ...{ id: 'socket', kind: 'meeting', openedAt: 0, closedAt: 60_000, own, peer },
});
/** It hears its peer until the end. */
const alive = [...says(57_000, 90), ...says(58_000, 91)];

test('one that stays hears everything', () => {
  const own = [joined(100), hears(1_010, 1), ...alive];
  expect(judge(about(own, [joined(100), ...says(1_000, 1)]))).toEqual({
    ...{ id: 'socket', kind: 'meeting', openedAt: 0, moves: [], unheard: 0, unheardAt: [], end: 'open' },
  });
});

test('a move has a duration and both targets', () => {
  const own = [joined(100), lost(10_000), joined(10_800, 'green/web-2'), ...alive];
  const { moves, end } = judge(about(own));
  const targets = { from: 'blue/web-1', to: 'green/web-2' };
  expect(moves).toEqual([{ at: 10_000, ms: 800, ...targets, reason: 'transport close' }]);
  expect(end).toBe('open');
});

test.each<[title: string, own: SocketEvent[], peer: SocketEvent[], unheardAt: number[]]>([
  ['said while both are there', [joined(100)], [joined(100), ...says(1_000, 1)], [1_000]],
  ['said before it joined', [joined(2_000)], [joined(100), ...says(1_000, 1)], []],
  ['said while it moves', [joined(100), lost(900), joined(1_100)], [joined(100), ...says(1_000, 1)], []],
  ['said on a connection that is dying', [joined(100), lost(2_500)], [joined(100), ...says(1_000, 1)], []],
  ['said, and lost long after that', [joined(100), lost(9_000)], [joined(100), ...says(1_000, 1)], [1_000]],
  ['that the service never took', [joined(100)], [joined(100), { at: 1_000, what: 'said', number: 1 }], []],
  ['said at the very end', [joined(100)], [joined(100), ...says(59_000, 1)], []],
  ['heard late', [joined(100), hears(9_000, 1)], [joined(100), ...says(1_000, 1)], []],
  [
    'one of three',
    [joined(100), hears(1_010, 1), hears(3_010, 3)],
    [1, 2, 3].flatMap((n) => says(n * 1_000, n)),
    [2_000],
  ],
])('what counts as unheard: %s', (_title, own, peer, unheardAt) => {
  expect(judge(about([...own, ...alive], peer))).toMatchObject({ unheard: unheardAt.length, unheardAt });
});

test.each<[title: string, own: SocketEvent[], end: string, reason: string | undefined]>([
  ['nobody let it in', [refused(50, 'UNAUTHORIZED')], 'lost', 'UNAUTHORIZED'],
  ['nothing happened at all', [], 'lost', 'it never connected'],
  ['it did not come back', [joined(100), lost(20_000)], 'lost', 'transport close'],
  ['it was refused then', [joined(100), lost(20_000), refused(21_000, '4410')], 'lost', 'transport close; then 4410'],
  [
    'nothing answers',
    [joined(100), { at: 56_000, what: 'said', number: 9 }],
    'hanging',
    'nothing arrived in the last 5 s',
  ],
  ['it has just come back', [joined(100), lost(58_500), joined(59_500)], 'open', undefined],
  ['only its own words are taken', [joined(100), ...says(56_000, 9)], 'open', undefined],
])('in the end: %s', (_title, own, end, reason) => {
  const outcome = judge(about(own));
  expect([outcome.end, outcome.reason]).toEqual([end, reason]);
});
