import { gzipSync } from 'node:zlib';
import { routes } from './malformed-routes';

/** What goes over the wire, one byte a character. */
export interface MalformedRequest {
  readonly bytes: string;
  /** The server is promised more than ever comes. */
  readonly breaksOff: boolean;
}

const uuid = '5b0a6a0e-6a5b-4f0e-9d5c-0c9f6f1f7a11';
const methods = [
  'GET',
  'GET',
  'HEAD',
  'POST',
  'POST',
  'POST',
  'PUT',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'SEARCH',
];
const segments = [
  ...[uuid, `${uuid}0`, uuid.toUpperCase(), 'a.key', '0', '-1', 'null', 'undefined', '__proto__', 'constructor'],
  ...['%', '%zz', '%u1234', '%ff%fe', '%c0%ae', '%00', 'a%00b', '%0d%0aset-cookie:a=b', '..%2f..%2fetc', '..', '.'],
  ...[
    '',
    '/',
    '//',
    ';a=b',
    "'%20OR%201=1--",
    '%24%7Bjndi%7D',
    '<script>',
    '\xe9\xff',
    'x'.repeat(9_000),
    '*',
    ':',
    '@',
  ],
];
const queries = [
  ...['', '', '', '?', '?a', '?=&&=', '?%=%ff', '?a[b][c]=d', '?a=1&a=2', '?__proto__[x]=y', '?a=%00', '#fragment'],
  ...[
    '?EIO=4&transport=polling',
    '?EIO=4&transport=websocket',
    '?EIO=x&transport[]=polling',
    '?EIO=4&transport=polling&sid=x',
  ],
];
const headers = [
  ...['authorization: Bearer', 'authorization: Bearer a.b.c', 'authorization: Basic Og==', 'authorization: \xff'],
  ...[
    'origin: null',
    'origin: http://',
    'origin: \xff',
    'origin: http://localhost:3000',
    'origin: http://localhost:3000, x',
  ],
  ...['x-platform: ../x', 'x-platform: \xe9', 'x-platform: MR-MENTOR', 'x-request-id: \xff', 'x-request-id: {"a":1}'],
  ...[
    'x-api-key: ',
    'cookie: =;=;a',
    'cookie: \xff=\xff',
    'accept: */*;q=x',
    'accept-encoding: gzip;q=\xff',
    'range: bytes=9-1',
  ],
  ...['if-none-match: "', 'if-modified-since: yesterday', 'expect: 100-continue', 'expect: nothing', 'te: trailers, x'],
  ...[
    'content-md5: x',
    'x-http-method-override: DELETE',
    'upgrade: h2c',
    'forwarded: for="_x"',
    'x-forwarded-host: \xff',
  ],
  ...[
    `x-long: ${'x'.repeat(12_000)}`,
    `x-too-long: ${'x'.repeat(40_000)}`,
    'a b: c',
    ': x',
    'nonsense',
    'x: \0',
    'x-empty:',
  ],
];
const types = [
  ...Array(8).fill('application/json'),
  ...['application/json; charset=utf-8', 'application/json; charset=utf-16', 'application/json; charset=utf-7'],
  ...[
    'application/json; charset=klingon',
    'application/json; charset="',
    'application/json;;;',
    'application/',
    ';',
    '',
  ],
  ...['application/x-www-form-urlencoded', 'application/x-www-form-urlencoded; charset=utf-16', 'text/plain'],
  ...['multipart/form-data', 'multipart/form-data; boundary=x', 'application/octet-stream', 'application/vnd.api+json'],
];
const fields = [
  'email',
  'password',
  'masterPassword',
  'totp',
  'everywhere',
  'key',
  'value',
  'label',
  'isActive',
  'encrypted',
  'job',
  'limit',
  'ticket',
];
/** As JSON. */
const values = [
  ...['null', 'true', '0', '-0', '1e999', '12345678901234567890', '""', '" "', '"a\\u0000b"', '"\\ud800"', '"\\uffff"'],
  ...['[]', '[[[]]]', '{}', '{"$ne":null}', '{"__proto__":{"isAdmin":true}}', '{"toString":1}', '["a","b"]'],
  ...['"nobody@school.test"', '"a.key"', '"000000"', `"${'x'.repeat(300)}"`, `"${'x'.repeat(70_000)}"`, '"\xff\xfe"'],
];
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const documents = [
  ...['', ' ', 'null', 'true', '0', '"text"', '[]', '{}', '[{}]', '{', '}', '{"a":}', "{'a':1}", '{"a":1}{"b":2}'],
  ...[
    '\xef\xbb\xbf{}',
    '\xff\xfe{\0}\0',
    '{"a":"\n"}',
    'NaN',
    '{"a":undefined}',
    nested(50),
    nested(20_000),
    '\0\0\0\0',
  ],
  ...['email=a&password=b', 'a[b][c]=d&a[b]=e', `${'a=b&'.repeat(2_000)}`, '%=%&%ff=%zz', '--x\r\n\r\nx\r\n--x--'],
];

/** What opens a route for a request: a token, a key or the signature of its body. */
export type Credentials = (path: string, body: string) => string;

/** The same ones for the same seed, so that a failure can be looked at again. */
export function malformedRequests(count: number, seed: number, credentials: Credentials): MalformedRequest[] {
  const random = randomNumbers(seed);
  const oneOf = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const often = (probability: number) => random() < probability;
  const several = <T>(list: readonly T[], most: number) =>
    Array.from({ length: Math.floor(random() * (most + 1)) }, () => oneOf(list));

  const fieldsWithOddValues = () =>
    `{${several(fields, 5)
      .map((field) => `"${field}":${oneOf(values)}`)
      .join(',')}}`;

  /** A body that is fine but for one thing, however deep inside. */
  function withOneOddThing(body: unknown): string {
    const places: (readonly [holder: Record<string, unknown>, field: string])[] = [];
    const copy = structuredClone(body);
    const visit = (value: unknown) => {
      if (typeof value !== 'object' || value === null) return;
      const holder = value as Record<string, unknown>;
      for (const field of Object.keys(holder)) {
        places.push([holder, field]);
        visit(holder[field]);
      }
    };
    visit(copy);
    const [holder, field] = oneOf(places);
    holder[field] = 'the odd thing';
    return JSON.stringify(copy).replace('"the odd thing"', () => oneOf(values));
  }

  /** Most are what they say, so that the handlers see them. */
  function framed(body: string): {
    readonly head: readonly string[];
    readonly body: string;
    readonly breaksOff?: boolean;
  } {
    const length = `content-length: ${body.length}`;
    if (often(0.75)) return { head: [length], body };
    const chunks = `${body.length.toString(16)}\r\n${body}\r\n`;
    return oneOf([
      { head: ['transfer-encoding: chunked'], body: body === '' ? '0\r\n\r\n' : `${chunks}0\r\n\r\n` },
      { head: ['transfer-encoding: chunked'], body: `xyz\r\n${body}` },
      { head: ['transfer-encoding: chunked'], body: chunks, breaksOff: true },
      { head: [`content-length: ${body.length + 10}`], body, breaksOff: true },
      { head: [`content-length: ${Math.floor(body.length / 2)}`], body },
      { head: ['content-length: -1'], body },
      { head: [length, 'transfer-encoding: chunked'], body: chunks },
      { head: [length, 'content-encoding: gzip'], body },
      { head: [length, 'content-encoding: br'], body },
      { head: [length, `content-encoding: ${oneOf(['zip', 'gzip, gzip', '', '\xff'])}`], body },
      compressed(body),
    ]);
  }

  return Array.from({ length: count }, (_, index) => {
    const { path: route, takes } = oneOf(routes);
    const meant = often(0.7) ? takes : undefined;
    const path = `${route.replaceAll('*', () => oneOf(segments))}${oneOf(queries)}`;
    const spelled = often(0.1) ? path.toUpperCase() : path;
    const method = meant?.method ?? oneOf(methods);
    const hasBody = often(method === 'GET' ? 0.1 : 0.9);
    const wanted = () => (meant && often(0.8) ? withOneOddThing(meant.body) : undefined);
    const sent = hasBody ? (wanted() ?? (often(0.6) ? fieldsWithOddValues() : oneOf(documents))) : '';
    const { head, body, breaksOff = false } = hasBody ? framed(sent) : { head: [], body: '' };
    // The last hop is what counts: nobody's window is ever full.
    const from = `${oneOf(['', 'x, ', '::1, ', ', , '])}10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
    const lines = [
      `${method} ${often(0.02) ? 'nonsense' : spelled} HTTP/1.${often(0.05) ? 0 : 1}`,
      ...['host: x', 'connection: close', `x-forwarded-for: ${from}`],
      ...(often(0.6) || meant ? [credentials(path, sent)] : []),
      ...(hasBody ? [`content-type: ${meant && often(0.8) ? 'application/json' : oneOf(types)}`] : []),
      ...(often(0.4) ? several(headers, 3) : []),
      ...head,
    ];
    return { bytes: `${lines.join('\r\n')}\r\n\r\n${body}`, breaksOff };
  });
}

function compressed(body: string) {
  const bytes = gzipSync(Buffer.from(body, 'latin1')).toString('latin1');
  return { head: [`content-length: ${bytes.length}`, 'content-encoding: gzip'], body: bytes };
}

/** Mulberry32: enough for choosing, and the same everywhere. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
