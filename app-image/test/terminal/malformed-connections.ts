import { frame, opcodes, randomNumbers } from './frames';
import type { Credentials } from './terminal-client';

const { continuation, text, binary, close, ping, pong } = opcodes;

const path = '/api/terminal/relay';
const key = 'dGhlIHNhbXBsZSBub25jZQ==';
const good = ['host: x', 'connection: Upgrade', 'upgrade: websocket', 'sec-websocket-version: 13'];
const upgrade = Buffer.from(`GET ${path} HTTP/1.1\r\n${[...good, `sec-websocket-key: ${key}`].join('\r\n')}\r\n\r\n`);

const requestLines = [
  ...[`GET ${path} HTTP/1.1`, `GET ${path} HTTP/1.1`, `GET ${path}?token=x HTTP/1.1`, `GET ${path}? HTTP/1.1`],
  ...[`POST ${path} HTTP/1.1`, `OPTIONS ${path} HTTP/1.1`, `GET ${path} HTTP/1.0`, `GET ${path}/ HTTP/1.1`],
  ...[
    `GET ${path}x HTTP/1.1`,
    `GET ${path}%00 HTTP/1.1`,
    `GET ${path}#x HTTP/1.1`,
    `GET ${path}?${'x'.repeat(9_000)} HTTP/1.1`,
  ],
  ...[`GET http://x${path} HTTP/1.1`, `GET ${path}/../relay HTTP/1.1`, `CONNECT ${path} HTTP/1.1`],
];
const keys = [key, key, key, '', 'x', 'x'.repeat(24), `${key}${key}`, '\xff'.repeat(24), 'AAAAAAAAAAAAAAAAAAAAAAA='];
const headers = [
  ...['sec-websocket-version: 8', 'sec-websocket-version: 99', 'sec-websocket-version: x', 'sec-websocket-version:'],
  ...[
    'sec-websocket-protocol: a, b',
    'sec-websocket-protocol: ,',
    'sec-websocket-protocol: a,a',
    'sec-websocket-protocol: \xff',
  ],
  ...['sec-websocket-extensions: permessage-deflate; client_max_window_bits', 'sec-websocket-extensions: x;;;=,'],
  ...[
    'origin: null',
    'origin: https://evil.example',
    'origin: \xff',
    'origin:',
    'upgrade: h2c',
    'upgrade: websocket, h2c',
  ],
  ...[
    'connection: close',
    'connection: keep-alive',
    'content-length: 4',
    'transfer-encoding: chunked',
    'expect: 100-continue',
  ],
  ...[`cookie: ${'x'.repeat(12_000)}`, `x: ${'x'.repeat(40_000)}`, 'a b: c', ': x', 'nonsense', 'x: \0'],
];
const shapes = [text, binary, continuation, close, ping, pong];
const payloads = [
  ...[
    '',
    '{',
    '{}',
    'null',
    '[]',
    '"',
    '{"type":"ping"}',
    '{"type":"peer","state":"gone"}',
    '{"__proto__":{"type":"hello"}}',
  ],
  ...[
    '{"type":{"toString":1}}',
    `{"type":"${'x'.repeat(100)}"}`,
    '['.repeat(3_000),
    `{"type":"resize","x":${'['.repeat(500)}`,
  ],
  ...[
    '\xff\xfe',
    '\xc0\xaf',
    '\xed\xa0\x80',
    '\0\0\0\0',
    '\x03\xe8',
    '\x03\xedx',
    '\x00',
    '\x0b\xb8ok',
    'x'.repeat(124),
  ],
  ...['x'.repeat(126), 'x'.repeat(4_097), 'x'.repeat(66_000), 'x'.repeat(1_048_577)],
].map((payload) => Buffer.from(payload, 'latin1'));

const notUtf8 = ['ff', 'c0af', 'eda080', 'f4908080', '03e8ff', '7b22ff227d'].map((bytes) => Buffer.from(bytes, 'hex'));

export interface MalformedConnection {
  /** All right, up to a hello after which the relay is ready; empty where nothing is. */
  readonly opening: Buffer;
  readonly bytes: Buffer;
}

/** The same ones for the same seed, so that a failure can be looked at again. */
export function malformedConnections(count: number, seed: number, credentials: readonly Credentials[]) {
  const random = randomNumbers(seed);
  const often = (probability: number) => random() < probability;
  const oneOf = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const several = <T>(most: number, make: () => T) => Array.from({ length: Math.floor(random() * (most + 1)) }, make);

  const noise = () => Buffer.from(several(300, () => Math.floor(random() * 256)));

  const badUpgrade = () => {
    const lines = good.filter(() => often(0.9));
    return Buffer.from(
      [
        oneOf(requestLines),
        ...lines,
        `sec-websocket-key: ${oneOf(keys)}`,
        ...several(2, () => oneOf(headers)),
        '',
        '',
      ].join('\r\n'),
      'latin1',
    );
  };

  /** Wrong in one way or another, or odd only. */
  const badFrame = (): Buffer => {
    const payload = oneOf(payloads);
    const kind = oneOf(shapes);
    return oneOf([
      () => frame(kind, payload),
      () => frame(text, oneOf(notUtf8)),
      () => frame(close, oneOf(notUtf8)),
      () => frame(kind, payload, { final: false }),
      () => frame(kind, payload, { masked: false }),
      () => frame(kind, payload, { reserved: 1 + Math.floor(random() * 7) }),
      () => frame(3 + Math.floor(random() * 13), payload),
      () => frame(kind, payload, { length: payload.length + 1 + Math.floor(random() * 90_000) }),
      () => frame(kind, payload, { length: 2 ** 40, lengthBytes: 8 }),
      () => frame(kind, payload, { length: Number.MAX_SAFE_INTEGER * 1_000, lengthBytes: 8 }),
      () => frame(kind, payload, { lengthBytes: oneOf([2, 8]) }),
      () => Buffer.concat([frame(text, payload, { final: false }), frame(oneOf([text, close]), payload)]),
      () =>
        Buffer.concat([
          frame(text, '', { final: false }),
          ...Array(1_500).fill(frame(continuation, '', { final: false })),
        ]),
      () => Buffer.concat(Array(500).fill(frame(ping, 'x'.repeat(125)))),
      () => Buffer.concat(Array(500).fill(frame(binary, ''))),
      () => Buffer.concat([frame(close, ''), frame(binary, payload)]),
      noise,
    ])();
  };

  const hello = () => {
    const { session, cliToken } = oneOf(credentials);
    return frame(text, JSON.stringify({ type: 'hello', role: 'cli', session, token: cliToken }));
  };

  return Array.from({ length: count }, (): MalformedConnection => {
    const frames = Buffer.concat(several(3, badFrame));
    if (often(0.25)) return { opening: Buffer.alloc(0), bytes: Buffer.concat([badUpgrade(), frames]) };
    if (often(0.4)) return { opening: Buffer.alloc(0), bytes: Buffer.concat([upgrade, frames]) };
    return { opening: Buffer.concat([upgrade, hello()]), bytes: frames };
  });
}
