import { createHmac, randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { newAddress } from '../faults/traffic';
import { type StartedServer, startServer, stopServers, stores } from '../server-process';
import { connectPostgres } from '../store-clients';

const appSecret = 'the-secret-of-the-meta-app';
const verifyToken = 'what-meta-shows-once';
const whatsapp = {
  WHATSAPP_ACCESS_TOKEN: 'the-access-token',
  WHATSAPP_PHONE_NUMBER_ID: '1055',
  WHATSAPP_BUSINESS_ACCOUNT_ID: '2066',
  WHATSAPP_WEBHOOK_VERIFY_TOKEN: verifyToken,
  WHATSAPP_APP_SECRET: appSecret,
};

let started: StartedServer;
let postgres: Client;
beforeAll(async () => {
  started = await startServer({
    PROCESS_ROLE: 'web',
    TRUST_PROXY_HOPS: '1',
    LOG_LEVEL: 'debug',
    SHUTDOWN_DRAIN_SECONDS: '0',
    ...whatsapp,
  });
  postgres = await connectPostgres(await stores());
}, 30_000);
afterAll(async () => {
  await postgres?.end();
  await stopServers();
});

const signatureOf = (body: string, secret = appSecret) =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

async function post(body: string, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(`${started.url}/api/whatsapp/webhook`, {
    method: 'POST',
    headers: { 'x-forwarded-for': newAddress(), 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> };
}
const signed = (content: unknown) => {
  const body = typeof content === 'string' ? content : JSON.stringify(content);
  return post(body, { 'x-hub-signature-256': signatureOf(body) });
};

const notification = (...values: readonly unknown[]) => ({
  object: 'whatsapp_business_account',
  entry: [{ id: '2066', changes: values.map((value) => ({ field: 'messages', value })) }],
});
const statusOf = (id: string, status: string, more: object = {}) => ({
  ...{ id, status, timestamp: '1795132800', recipient_id: '919876543210' },
  ...more,
});
const textOf = (id: string, body: string) => ({
  ...{ id, from: '919876543210', timestamp: '1795132800', type: 'text' },
  text: { body },
});
const newId = () => `wamid.${randomUUID()}`;
const deliveryOf = async (id: string) =>
  (await postgres.query('SELECT * FROM whatsapp_deliveries WHERE "providerMessageId" = $1', [id])).rows;
const inboundOf = async (id: string) =>
  (await postgres.query('SELECT * FROM whatsapp_inbound_messages WHERE "providerMessageId" = $1', [id])).rows;

describe('verification', () => {
  async function verify(query: Readonly<Record<string, string>>) {
    const response = await fetch(`${started.url}/api/whatsapp/webhook?${new URLSearchParams(query)}`, {
      headers: { 'x-forwarded-for': newAddress() },
    });
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
  }
  const asked = { 'hub.mode': 'subscribe', 'hub.verify_token': verifyToken, 'hub.challenge': '1158201444' };

  it('answers the challenge of whoever knows the token, and nothing else', async () => {
    expect(await verify(asked)).toEqual({ status: 200, type: 'text/plain; charset=utf-8', text: '1158201444' });
  });

  it.each([
    ['another token', { ...asked, 'hub.verify_token': 'x' }],
    ['no token', { 'hub.mode': 'subscribe', 'hub.challenge': '1' }],
    ['another mode', { ...asked, 'hub.mode': 'unsubscribe' }],
    ['no challenge', { 'hub.mode': 'subscribe', 'hub.verify_token': verifyToken }],
    ['nothing', {}],
  ])('refuses %s', async (_what, query) => {
    expect(await verify(query as Readonly<Record<string, string>>)).toMatchObject({ status: 403 });
  });
});

it('takes nothing whose signature is missing or not of this body', async () => {
  const id = newId();
  const body = JSON.stringify(notification({ statuses: [statusOf(id, 'read')] }));
  const refused = { status: 401, body: { success: false, code: 'UNAUTHORIZED' } };
  expect(await post(body)).toMatchObject(refused);
  expect(await post(body, { 'x-hub-signature-256': signatureOf(body, 'forged') })).toMatchObject(refused);
  expect(await post(`${body} `, { 'x-hub-signature-256': signatureOf(body) })).toMatchObject(refused);
  expect(await post('', { 'x-hub-signature-256': signatureOf(body) })).toMatchObject(refused);
  expect(await post(body, { 'x-hub-signature': signatureOf(body) })).toMatchObject(refused);
  expect(await deliveryOf(id)).toEqual([]);
});

it('reads the bytes as they came: spaces, order and letters', async () => {
  const id = newId();
  const body = `  ${JSON.stringify(notification({ messages: [textOf(id, 'नमस्ते — ₹')] }), null, 2)}\n`;
  expect(await signed(body)).toEqual({ status: 200, body: { success: true } });
  expect(await inboundOf(id)).toMatchObject([{ text: 'नमस्ते — ₹' }]);
  // As Meta writes other letters than ASCII's.
  const escaped = newId();
  const ascii = JSON.stringify(notification({ messages: [textOf(escaped, 'नम')] })).replace(
    /[^\0-\x7f]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  await signed(ascii);
  expect(await inboundOf(escaped)).toMatchObject([{ text: 'नम' }]);
});

it('keeps the furthest state of a message, in whatever order they come', async () => {
  const [forwards, backwards, together, failed] = [newId(), newId(), newId(), newId()];
  for (const status of ['sent', 'delivered', 'read', 'read'])
    await signed(notification({ statuses: [statusOf(forwards, status)] }));
  for (const status of ['read', 'delivered', 'sent'])
    await signed(notification({ statuses: [statusOf(backwards, status)] }));
  const errors = { errors: [{ code: 131026, title: 'Message undeliverable' }] };
  await signed(
    notification(
      { statuses: [statusOf(together, 'delivered'), statusOf(failed, 'failed', errors)] },
      { statuses: [statusOf(together, 'read', { timestamp: '1795132860' }), statusOf(together, 'sent')] },
    ),
  );
  for (const id of [forwards, backwards]) expect(await deliveryOf(id)).toMatchObject([{ status: 'read' }]);
  expect(await deliveryOf(together)).toEqual([
    {
      providerMessageId: together,
      status: 'read',
      errorCode: null,
      statusAt: new Date(1_795_132_860_000),
      updatedAt: expect.any(Date),
    },
  ]);
  expect(await deliveryOf(failed)).toMatchObject([{ status: 'failed', errorCode: 131026 }]);
});

it('keeps each message that somebody sends once', async () => {
  const [text, button, image] = [newId(), newId(), newId()];
  const content = notification({
    messages: [
      textOf(text, 'a\0b'),
      { ...textOf(button, ''), type: 'button', text: undefined, button: { payload: 'YES', text: 'Yes' } },
      { ...textOf(image, ''), type: 'image', text: undefined, image: { id: '1' } },
      textOf(text, 'twice in one'),
    ],
  });
  const answers = await Promise.all(Array.from({ length: 20 }, () => signed(content)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(await inboundOf(text)).toEqual([
    {
      providerMessageId: text,
      sender: '919876543210',
      type: 'text',
      text: expect.stringMatching(/^(ab|twice in one)$/),
      sentAt: new Date(1_795_132_800_000),
      receivedAt: expect.any(Date),
    },
  ]);
  expect(await inboundOf(button)).toMatchObject([{ type: 'button', text: 'Yes' }]);
  expect(await inboundOf(image)).toMatchObject([{ type: 'image', text: null }]);
});

it('takes what it knows out of what it does not, and counts the rest', async () => {
  const [status, message] = [newId(), newId()];
  const mixed = notification(
    null,
    'text',
    { event: 'APPROVED', message_template_name: 'welcome' },
    { statuses: [null, statusOf(status, 'delivered'), statusOf(newId(), 'warned'), statusOf('', 'read')] },
    { messages: [[], textOf(message, 'hello'), { ...textOf(newId(), 'x'), from: 'somebody' }] },
  );
  expect(await signed(mixed)).toMatchObject({ status: 200 });
  expect(await deliveryOf(status)).toHaveLength(1);
  expect(await inboundOf(message)).toHaveLength(1);
  const odd = ['', 'null', '{', '[]', '{}', '{"entry":{}}', '{"entry":[null,1]}', '{"entry":[{"changes":{"a":1}}]}'];
  for (const body of odd) expect(await signed(body)).toMatchObject({ status: 200 });

  started.server.kill('SIGTERM');
  await started.server.exited;
  const counted = started.server.metric('WebhooksNotUnderstood').map(Number);
  expect(counted.reduce((sum, count) => sum + count, 0)).toBe(8 + odd.length);
  expect(started.server.logs.filter(({ msg }) => msg === 'request failed')).toEqual([]);
  for (const text of [verifyToken, appSecret, '919876543210', 'hello'])
    expect(started.server.stdout).not.toContain(text);
}, 30_000);
