import { randomUUID } from 'node:crypto';
import { UnrecoverableError } from 'bullmq';
import { freePort } from '../../../local/free-port';
import { type Database, openDatabase } from '../../src/database/database';
import { Unavailable } from '../../src/database/unavailable';
import { type WhatsappTemplate, whatsappTemplate } from '../../src/queues/payloads/whatsapp';
import { whatsappHandlers } from '../../src/workers/whatsapp';
import { captureLog, environmentOf } from '../database/environment';
import { type DatabaseVariable, freshDatabase, type Store } from '../stores';
import { type FakeProvider, startProvider } from '../whatsapp/provider-server';

const token = 'the-token-of-the-provider';
const number = '+919876543210';
const meta = {
  WHATSAPP_ACCESS_TOKEN: token,
  WHATSAPP_PHONE_NUMBER_ID: '1055',
  WHATSAPP_BUSINESS_ACCOUNT_ID: '2066',
  WHATSAPP_WEBHOOK_VERIFY_TOKEN: 'verify',
  WHATSAPP_APP_SECRET: 'app-secret',
};

let provider: FakeProvider;
let store: Store<DatabaseVariable>;
let database: Database;
beforeAll(async () => {
  [provider, store] = await Promise.all([startProvider(), freshDatabase()]);
  database = await openDatabase(environmentOf(store.environment), captureLog().log);
});
beforeEach(() => {
  provider.received.length = 0;
  provider.answerWith(200, { messages: [{ id: 'wamid.1' }] });
});
afterAll(async () => {
  provider?.close();
  await database?.close();
  await store?.close();
});

interface Given {
  readonly variables?: Readonly<Record<string, string>>;
  readonly database?: Pick<Database, 'read' | 'query'>;
  readonly captured?: ReturnType<typeof captureLog>;
  readonly timeoutMs?: number;
}

const messageOf = (given: Partial<WhatsappTemplate> = {}) =>
  whatsappTemplate.parse({ to: number, template: 'welcome', ...given });

function send(message: WhatsappTemplate, { variables = meta, captured = captureLog(), ...given }: Given = {}) {
  const environment = environmentOf({ WHATSAPP_API_BASE_URL: `${provider.url}/`, ...variables });
  const handlers = whatsappHandlers({ environment, database, pausesMs: [1, 1], ...given });
  return handlers.send(message, { id: '1', attempt: 1, log: captured.log });
}

const failureOf = (sending: Promise<unknown>): Promise<Error> =>
  sending.then(
    () => Promise.reject(new Error('It did not fail.')),
    (error: Error) => error,
  );
const rowOf = async (messageId: string) =>
  (await database.query('SELECT * FROM whatsapp_messages WHERE "messageId" = $1', [messageId]))[0];

it("sends a template to Meta's Cloud API, and notes it", async () => {
  const message = messageOf({ language: 'en_US', parameters: ['Asha', '5 pm'] });
  expect(await send(message)).toEqual({ providerMessageId: 'wamid.1', sentBefore: false });
  expect(provider.received).toMatchObject([
    {
      method: 'POST',
      url: '/v17.0/1055/messages',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: {
        messaging_product: 'whatsapp',
        recipient_type: 'individual',
        to: number,
        type: 'template',
        template: {
          name: 'welcome',
          language: { code: 'en_US' },
          components: [
            {
              type: 'body',
              parameters: [
                { type: 'text', text: 'Asha' },
                { type: 'text', text: '5 pm' },
              ],
            },
          ],
        },
      },
    },
  ]);
  expect(await rowOf(message.messageId)).toEqual({
    messageId: message.messageId,
    provider: 'meta_cloud',
    providerMessageId: 'wamid.1',
    template: 'welcome',
    sentAt: expect.any(Date),
  });
});

it('names no component where a template has no placeholder', async () => {
  await send(messageOf());
  expect(provider.received[0]?.body).toMatchObject({ template: { name: 'welcome', language: { code: 'en' } } });
  expect(JSON.stringify(provider.received[0]?.body)).not.toContain('components');
});

it('sends by a campaign of AiSensy', async () => {
  provider.answerWith(200, { success: 'true', submitted_message_id: 'ai-1' });
  const message = messageOf({ parameters: ['Asha'] });
  const variables = { WHATSAPP_PROVIDER: 'aisensy', WHATSAPP_ACCESS_TOKEN: token };
  expect(await send(message, { variables })).toEqual({ providerMessageId: 'ai-1', sentBefore: false });
  expect(provider.received).toMatchObject([{ url: '/campaign/t1/api/v2' }]);
  expect(provider.received[0]?.headers.authorization).toBeUndefined();
  expect(provider.received[0]?.body).toEqual({
    apiKey: token,
    campaignName: 'welcome',
    destination: number,
    userName: number,
    templateParams: ['Asha'],
  });
  expect(await rowOf(message.messageId)).toMatchObject({ provider: 'aisensy', providerMessageId: 'ai-1' });
});

it('sends a message once, however often its job runs', async () => {
  const message = messageOf();
  await send(message);
  expect(await send(message)).toEqual({ providerMessageId: 'wamid.1', sentBefore: true });
  expect(provider.received).toHaveLength(1);
  // The same words to the same person are another message.
  await send(messageOf());
  expect(provider.received).toHaveLength(2);
});

it.each([
  ['a number or template that Meta refuses', 400, { error: { code: 132001, message: `no template for ${number}` } }],
  ['a number id that is not there', 404, { error: { code: 100 } }],
  ['what is no JSON', 400, `<html>${number}</html>`],
  ['credentials that it does not take', 401, { error: { code: 190 } }],
  ['a permission that is missing', 403, { error: { code: 10 } }],
])('gives up on %s: %d', async (_what, status, body) => {
  provider.answerWith(status, body);
  const message = messageOf();
  const error = await failureOf(send(message));
  expect(error).toBeInstanceOf(UnrecoverableError);
  expect(error.message).toMatch(new RegExp(`^meta_cloud answered ${status}`));
  for (const private_ of [number, token]) expect(error.message).not.toContain(private_);
  expect(await rowOf(message.messageId)).toBeUndefined();
  expect(provider.received).toHaveLength(1);
});

it('says how to go on when the credentials are not taken', async () => {
  provider.answerWith(401, { error: { code: 190 } });
  expect((await failureOf(send(messageOf()))).message).toBe(
    'meta_cloud answered 401, code 190: it does not take WHATSAPP_ACCESS_TOKEN; renew it, then retry the failed jobs',
  );
});

it.each([
  [429, { error: { code: 130429 } }],
  [400, { error: { code: 131056, message: `too many to ${number}` } }],
  [408, ''],
  [500, { error: { code: 131000 } }],
  [503, 'down'],
])('tries again later after %d', async (status, body) => {
  provider.answerWith(status, body);
  const message = messageOf();
  const error = await failureOf(send(message));
  expect(error).not.toBeInstanceOf(UnrecoverableError);
  expect(error.message).toMatch(new RegExp(`^meta_cloud answered ${status}(, code \\d+)?$`));
  provider.answerWith(200, { messages: [{ id: 'wamid.later' }] });
  expect(await send(message)).toEqual({ providerMessageId: 'wamid.later', sentBefore: false });
});

it('tries again later when nobody answers', async () => {
  const nowhere = `http://127.0.0.1:${await freePort()}`;
  const refused = await failureOf(send(messageOf(), { variables: { ...meta, WHATSAPP_API_BASE_URL: nowhere } }));
  expect(refused.message).toMatch(/^meta_cloud cannot be reached: connect ECONNREFUSED /);

  provider.answer = () => {};
  const silent = await failureOf(send(messageOf(), { timeoutMs: 300 }));
  expect(silent.message).toBe('meta_cloud did not answer before the timeout, 300 ms');

  provider.answer = (response) => void response.socket?.destroy();
  const cut = await failureOf(send(messageOf()));
  expect(cut.message).toMatch(/^meta_cloud cannot be reached: /);
  for (const error of [refused, silent, cut]) expect(error).not.toBeInstanceOf(UnrecoverableError);
});

it('does not take its token anywhere else', async () => {
  provider.answerWith(307, '', { location: `${provider.url}/elsewhere` });
  const error = await failureOf(send(messageOf()));
  expect(error).toBeInstanceOf(UnrecoverableError);
  expect(error.message).toBe('meta_cloud answered 307, a redirect, which is not followed');
  expect(provider.received).toHaveLength(1);
});

it('reads no more of an answer than an id or an error takes', async () => {
  provider.answerWith(500, 'x'.repeat(100_000));
  expect((await failureOf(send(messageOf()))).message).toBe('The answer of meta_cloud has more than 65536 bytes');
});

it('does not quote a token that no header takes', async () => {
  const variables = { ...meta, WHATSAPP_ACCESS_TOKEN: `${token}\u2013` };
  const error = await failureOf(send(messageOf(), { variables }));
  expect(error).toBeInstanceOf(UnrecoverableError);
  expect(error.message).toBe('A call to meta_cloud cannot be sent: check its address and key');
});

it('counts what was taken without an id as sent', async () => {
  provider.answerWith(200, 'accepted');
  const captured = captureLog();
  const message = messageOf();
  expect(await send(message, { captured })).toEqual({ providerMessageId: null, sentBefore: false });
  expect(captured.messages()).toEqual(['the provider took a message and gave it no id']);
  expect(await send(message)).toEqual({ providerMessageId: null, sentBefore: true });
});

it('sends nothing while nobody can tell whether it was sent', async () => {
  const read = () => Promise.reject(new Unavailable('no database'));
  const query: Database['query'] = (...statement) => database.query(...statement);
  await expect(send(messageOf(), { database: { read, query } })).rejects.toThrow('no database');
  expect(provider.received).toEqual([]);
});

it('writes down what was sent as soon as the database is back', async () => {
  let left = 2;
  const read: Database['read'] = (...statement) => database.read(...statement);
  const query: Database['query'] = (...statement) => {
    left -= 1;
    return left >= 0 ? Promise.reject(new Unavailable('no database')) : database.query(...statement);
  };
  const message = messageOf();
  expect(await send(message, { database: { read, query } })).toMatchObject({ sentBefore: false });
  expect(await rowOf(message.messageId)).toMatchObject({ providerMessageId: 'wamid.1' });
});

it('does not fail a job whose message is out, as it would be sent again', async () => {
  const read: Database['read'] = (...statement) => database.read(...statement);
  const query = () => Promise.reject(new Unavailable('no database'));
  const captured = captureLog();
  expect(await send(messageOf(), { database: { read, query }, captured })).toMatchObject({ sentBefore: false });
  expect(captured.messages()).toEqual(['a message was sent, and no row says so']);
});

it('names what is missing while it is not configured', async () => {
  const error = await failureOf(send(messageOf(), { variables: {} }));
  expect(error).toBeInstanceOf(UnrecoverableError);
  expect(error.message).toBe('WhatsApp is not configured: set WHATSAPP_ACCESS_TOKEN');
});

it.each([
  { to: '9876543210' },
  { to: '' },
  { template: '' },
  { language: 'english' },
  { parameters: [''] },
  { messageId: '' },
])('takes no payload with %j', (given) => {
  expect(whatsappTemplate.safeParse({ to: number, template: 'welcome', ...given }).success).toBe(false);
});

it('gives each message an id of its own, and keeps the one that it has', () => {
  const [one, other] = [messageOf(), messageOf()];
  expect(one.messageId).not.toBe(other.messageId);
  const messageId = randomUUID();
  expect(messageOf({ messageId }).messageId).toBe(messageId);
});
