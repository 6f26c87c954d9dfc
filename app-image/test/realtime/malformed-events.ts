import { incoming } from '../../src/realtime/events';

const names = [
  ...Object.keys(incoming),
  ...['error', '__proto__', 'constructor', 'toString', 'message', 'connection', '', 'chat', 'user-left', 'room', '\0'],
];
const ids = ['5b0a6a0e-6a5b-4f0e-9d5c-0c9f6f1f7a11', 'x', '', '#', '*', "' OR 1=1 --", '../..', '\u0000', '٣'];

/** The same for the same seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/**
 * Names and payloads as no client of ours sends them; many are right in all but one field. Of binary parts few: the
 * parser cuts off whoever sends more than ten with one event.
 */
export function malformedEvents(count: number, seed: number): readonly (readonly [string, ...unknown[]])[] {
  const upTo = numbers(seed);
  const pick = <T>(values: readonly T[]): T => values[upTo(values.length)] as T;

  const scalar = () =>
    pick<() => unknown>([
      () => pick(ids),
      () => upTo(1e9) - 5e8,
      () => 1e308,
      () => true,
      () => null,
      () => 'x'.repeat(upTo(5_000)),
      () => Buffer.alloc(upTo(64), 0xff),
      () => [],
      () => ({}),
    ])();
  const nested = (depth: number): unknown => {
    let value = scalar();
    for (let level = 0; level < depth; level += 1) value = upTo(2) === 0 ? [value] : { a: value };
    return value;
  };
  const almost = () => {
    const payload: Record<string, unknown> = {
      ...{ meetingId: pick(ids), to: pick(ids), enabled: true, text: 'x', durationSeconds: 5, all: false },
      ...{
        offer: { type: 'offer', sdp: 'v=0' },
        answer: { type: 'answer', sdp: 'v=0' },
        candidate: { candidate: 'c' },
      },
    };
    payload[pick(Object.keys(payload))] = pick([scalar, () => nested(3)])();
    return payload;
  };
  const argument = () =>
    pick<() => unknown>([almost, almost, scalar, () => nested(upTo(200)), () => Array(upTo(3)).fill(scalar())])();
  return Array.from({ length: count }, () => [pick(names), ...Array.from({ length: upTo(4) }, argument)] as const);
}

/** Frames of a WebSocket that is open and not yet, or already, in a namespace. */
export const rawFrames: readonly (string | Buffer)[] = [
  ...[
    '',
    '0',
    '1',
    '2',
    '2probe',
    '3',
    '4',
    '5',
    '6',
    '7',
    '9',
    'x',
    '\0',
    '😀',
    '40',
    '40{}',
    '40{"token":1}',
    '40/x,',
    '40/,',
  ],
  ...[
    '41',
    '42',
    '42[]',
    '42{}',
    '42[null]',
    '42[1]',
    '42[{}]',
    '42["connect"]',
    '42["disconnect","x"]',
    '42["error",{}]',
  ],
  ...['421["chat-message"', '42["', '4299999999999999999999["x"]', '42-1["x"]', '43[]', '431[]', '43"x"', '44', '44{}'],
  ...['45', '45-["x"]', '451-', '451-["x",{"_placeholder":true,"num":0}]', '451-["x",{"_placeholder":true,"num":9}]'],
  ...['4599999999-["x"]', '46', '461-[]', '47', '48["x"]', '4null', '4undefined', `42["x",${'['.repeat(5_000)}`],
  ...['42["__proto__",{"__proto__":{"ok":1}}]', '42["newListener","x"]', '42/admin,["x"]', '2'.repeat(1_000)],
  ...[Buffer.alloc(0), Buffer.from([0]), Buffer.alloc(1_000, 0xff), Buffer.from('42["x"]')],
];

/** Bodies of the polling transport. */
export const pollingBodies: readonly string[] = [
  ...[
    '',
    '4',
    '42',
    ':',
    '1:4',
    '10:40{}',
    '-1:x',
    '\x1e',
    '\x1e\x1e\x1e',
    '40\x1e42["x"]\x1e',
    'b',
    'bAAAA',
    'b!!',
    '{}',
  ],
  ...['40\x1e40\x1e40', '6\x1e6\x1e6', '1', '42["chat-message"]\x1e'.repeat(500), '\0'.repeat(100), 'ÿ'.repeat(100)],
];
