import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { newAddress } from '../faults/traffic';
import { type StartedServer, startServer, stopServers, stores } from '../server-process';
import { connectPostgres } from '../store-clients';

const token = 'what-exotel-shows+in/its=query';
const exotel = {
  EXOTEL_SID: 'sid',
  EXOTEL_API_KEY: 'api-key-of-exotel',
  EXOTEL_API_TOKEN: 'api-token-of-exotel',
  EXOTEL_CALLER_ID: '02248900000',
};

let started: StartedServer;
let postgres: Client;
beforeAll(async () => {
  const variables = { PROCESS_ROLE: 'web', TRUST_PROXY_HOPS: '1', LOG_LEVEL: 'debug', ...exotel };
  started = await startServer({ ...variables, EXOTEL_WEBHOOK_TOKEN: token });
  postgres = await connectPostgres(await stores());
}, 30_000);
afterAll(async () => {
  await postgres?.end();
  await stopServers();
});

interface Sent {
  readonly shown?: Readonly<{ query?: string; header?: string }>;
  readonly type?: string;
  readonly body?: string | FormData | URLSearchParams | Buffer;
}

async function callback({ shown = { header: token }, type, body }: Sent, url = started.url) {
  const query = shown.query === undefined ? '' : `?token=${encodeURIComponent(shown.query)}`;
  const response = await fetch(`${url}/api/exotel/status${query}`, {
    method: 'POST',
    headers: {
      'x-forwarded-for': newAddress(),
      ...(shown.header !== undefined && { 'x-exotel-token': shown.header }),
      ...(type !== undefined && { 'content-type': type }),
    },
    body: body as RequestInit['body'],
  });
  return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> };
}

const form = (fields: Readonly<Record<string, string>>) => {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  return data;
};
const json = { type: 'application/json' } as const;
const rowsOf = async (callSid: string) =>
  (await postgres.query('SELECT * FROM call_events WHERE "callSid" = $1 ORDER BY status', [callSid])).rows;

const call = {
  EventType: 'terminal',
  Status: 'completed',
  From: '+919876543210',
  To: '02248900000',
  Direction: 'outbound-api',
  ConversationDuration: '41',
  StartTime: '2026-11-20 10:00:00',
  'Legs[0][Status]': 'completed',
  RecordingUrl: '',
};

it.each([
  ['as a multipart form', (fields: Readonly<Record<string, string>>) => ({ body: form(fields) })],
  ['URL-encoded', (fields: Readonly<Record<string, string>>) => ({ body: new URLSearchParams(fields) })],
  ['as JSON', (fields: Readonly<Record<string, string>>) => ({ ...json, body: JSON.stringify(fields) })],
])('keeps what Exotel says of a call, sent %s', async (_how, write) => {
  const CallSid = randomUUID();
  expect(await callback(write({ CallSid, ...call }))).toEqual({ status: 200, body: { success: true } });
  expect(await rowsOf(CallSid)).toEqual([
    {
      callSid: CallSid,
      status: 'completed',
      eventType: 'terminal',
      details: {
        From: '+919876543210',
        To: '02248900000',
        Direction: 'outbound-api',
        ConversationDuration: '41',
        StartTime: '2026-11-20 10:00:00',
      },
      receivedAt: expect.any(Date),
    },
  ]);
});

it('keeps each state of a call once', async () => {
  const CallSid = randomUUID();
  const tell = (Status: string) => callback({ ...json, body: JSON.stringify({ CallSid, Status, From: 12345 }) });
  const answers = await Promise.all([...Array(10).fill('in-progress'), ...Array(10).fill('no-answer')].map(tell));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(await rowsOf(CallSid)).toMatchObject([
    { status: 'in-progress', eventType: null, details: { From: '12345' } },
    { status: 'no-answer' },
  ]);
});

it('keeps the beginning of what is too long, without half a character', async () => {
  const CallSid = randomUUID();
  const body = JSON.stringify({ CallSid, Status: 'busy', CustomField: `${'x'.repeat(499)}\u{1f600}` });
  expect(await callback({ ...json, body })).toMatchObject({ status: 200 });
  expect(await rowsOf(CallSid)).toMatchObject([{ details: { CustomField: 'x'.repeat(499) } }]);
});

it('takes the token from the query as well', async () => {
  const CallSid = randomUUID();
  const body = JSON.stringify({ CallSid, Status: 'busy' });
  expect(await callback({ ...json, shown: { query: token }, body })).toMatchObject({ status: 200 });
  expect(await rowsOf(CallSid)).toHaveLength(1);
});

it.each([
  ['no token', {}],
  ['another one', { header: `${token}x` }],
  ['a part of it', { query: token.slice(0, -1) }],
  ['an empty one', { header: '' }],
  ['the right one in the query and a wrong one in the header', { query: token, header: 'x' }],
])('refuses %s, and keeps nothing', async (_what, shown) => {
  const CallSid = randomUUID();
  const { status, body } = await callback({ ...json, shown, body: JSON.stringify({ CallSid, Status: 'busy' }) });
  expect([status, body.code]).toEqual([401, 'UNAUTHORIZED']);
  expect(await rowsOf(CallSid)).toEqual([]);
});

it.each([
  ['no body', {}, 415],
  ['another type', { type: 'text/plain', body: 'CallSid=1&Status=busy' }, 415],
  ['no JSON', { ...json, body: '{"CallSid":' }, 400],
  ['a list', { ...json, body: '[]' }, 400],
  ['nothing', { ...json, body: 'null' }, 400],
  ['no call', { ...json, body: '{"Status":"busy"}' }, 400],
  ['an odd state', { ...json, body: '{"CallSid":"1","Status":"\\u0000"}' }, 400],
  ['no boundary', { type: 'multipart/form-data', body: '--x' }, 400],
  [
    'a form that breaks off',
    { type: 'multipart/form-data; boundary=x', body: '--x\r\ncontent-disposition: form' },
    400,
  ],
  ['a form that is none', { type: 'multipart/form-data; boundary=x', body: 'nonsense' }, 400],
  ['an odd encoding', { type: 'application/x-www-form-urlencoded', body: '%=%&%ff=%zz' }, 400],
  ['more than a megabyte', { ...json, body: Buffer.alloc(1_100_000, 'x') }, 413],
])('answers %s with its own mistake', async (_what, sent: Sent, status) => {
  expect((await callback(sent)).status).toBe(status);
});

it('bears a thousand odd forms', async () => {
  const boundary = 'b';
  const parts = [
    '--b',
    '--b--',
    '\r\n',
    '\r\n\r\n',
    'content-disposition: form-data; name="CallSid"',
    'name="',
    '"',
    ':',
  ];
  const odd = [
    'content-disposition: form-data; name="Status"; filename="x"',
    'content-type: \xff',
    '\0',
    'x'.repeat(9_000),
  ];
  let seed = 7;
  const next = (count: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % count;
  };
  const all = [...parts, ...odd];
  for (let round = 0; round < 20; round += 1) {
    const bodies = Array.from({ length: 50 }, () =>
      Buffer.from(Array.from({ length: next(14) }, () => all[next(all.length)]).join(next(2) ? '\r\n' : ''), 'latin1'),
    );
    const type = `multipart/form-data; boundary=${boundary}`;
    const answers = await Promise.all(bodies.map((body) => callback({ type, body })));
    for (const { status } of answers) expect([200, 400]).toContain(status);
  }
  expect((await fetch(`${started.url}/api/health`)).status).toBe(200);
}, 30_000);

it('writes neither the token nor a number into the log', () => {
  expect(started.server.logs.some(({ path }) => path === '/api/exotel/status')).toBe(true);
  for (const text of [token, encodeURIComponent(token), '9876543210'])
    expect(started.server.stdout).not.toContain(text);
  expect(started.server.logs.filter(({ msg }) => msg === 'request failed')).toEqual([]);
});

it('is off without a token', async () => {
  const off = await startServer({ PROCESS_ROLE: 'web' });
  for (const shown of [{}, { header: '' }, { header: 'undefined' }]) {
    const { status, body } = await callback({ ...json, shown, body: '{}' }, off.url);
    expect([status, body.code]).toEqual([503, 'EXOTEL_NOT_CONFIGURED']);
  }
  const whatsapp = await fetch(`${off.url}/api/whatsapp/webhook`, { method: 'POST', body: '{}' });
  expect([whatsapp.status, ((await whatsapp.json()) as { code: string }).code]).toEqual([
    503,
    'WHATSAPP_NOT_CONFIGURED',
  ]);
  expect((await fetch(`${off.url}/api/whatsapp/webhook`)).status).toBe(503);
}, 30_000);
