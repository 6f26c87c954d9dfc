import { createHmac, randomUUID } from 'node:crypto';
import { Queue } from 'bullmq';
import { Client } from 'pg';
import { type Postgres, startPostgres } from '../../../local/postgres';
import { type Redis, startRedis } from '../../../local/redis';
import { queuePrefix } from '../../src/queues/job-queues';
import { queues } from '../../src/queues/queue';
import { stopServers } from '../server-process';
import { call, type Service, signIn, startService, until, variablesOf } from './service';
import { newAddress, type RequestKind, send } from './traffic';

const appSecret = 'the-secret-of-the-meta-app';
const webhookToken = 'what-exotel-shows';
const away = 'redis is away: new leads wait for the scan that comes every five minutes';

let postgres: Postgres;
let redis: Redis;
let service: Service;
let database: Client;
let key: string;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis({ appendonly: true })]);
  service = await startService({
    ...(await variablesOf(postgres, redis)),
    PROCESS_ROLE: 'all',
    VENDOR_API_KEY_PEPPER: 'a-pepper-of-the-tests-and-nobody-else',
    EXOTEL_SID: 'sid',
    EXOTEL_API_KEY: 'api-key-of-exotel',
    EXOTEL_API_TOKEN: 'api-token-of-exotel',
    EXOTEL_CALLER_ID: '02248900000',
    EXOTEL_WEBHOOK_TOKEN: webhookToken,
    WHATSAPP_ACCESS_TOKEN: 'the-access-token',
    WHATSAPP_PHONE_NUMBER_ID: '1055',
    WHATSAPP_BUSINESS_ACCOUNT_ID: '2066',
    WHATSAPP_WEBHOOK_VERIFY_TOKEN: 'what-meta-shows-once',
    WHATSAPP_APP_SECRET: appSecret,
  });
  database = await connect();
  const token = await signIn(service.port);
  const vendor = await call(service.port, '/api/admin/vendors', { token, body: { name: 'Lead Garden' } });
  const issued = await call(service.port, `/api/admin/vendors/${vendor.answer.data.id}/keys`, { token, body: {} });
  key = issued.answer.data.key;
}, 30_000);
afterAll(async () => {
  await database?.end().catch(() => {});
  await stopServers();
  await Promise.all([postgres?.stop(), redis?.stop()]);
});

async function connect(): Promise<Client> {
  const { DB_NAME } = service.environment;
  const { host, port, superuser: user, password } = postgres;
  const client = new Client({ host, port, user, password, database: DB_NAME });
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function post(path: string, headers: Readonly<Record<string, string>>, body: string) {
  const kind: RequestKind = { ...{ name: path, path, served: [], workers: 1 }, method: 'POST', headers, body };
  const { result, body: text } = await send(kind, service.port);
  return { status: result, answer: JSON.parse(text) };
}
const postLead = (name: string, idempotencyKey: string = randomUUID()) =>
  post(
    '/api/v1/vendor/leads',
    { 'x-api-key': key, 'idempotency-key': idempotencyKey, 'x-forwarded-for': newAddress() },
    JSON.stringify({ name, phone: '9876543210' }),
  );
function postWhatsapp(id: string) {
  const message = { id, from: '919876543210', timestamp: '1795132800', type: 'text', text: { body: 'hello' } };
  const body = JSON.stringify({ entry: [{ changes: [{ value: { messages: [message] } }] }] });
  const signature = `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;
  return post('/api/whatsapp/webhook', { 'x-hub-signature-256': signature }, body);
}
const postExotel = (CallSid: string) =>
  post('/api/exotel/status', { 'x-exotel-token': webhookToken }, JSON.stringify({ CallSid, Status: 'busy' }));

const count = async (statement: string, ...values: readonly unknown[]) =>
  (await database.query(statement, [...values])).rowCount ?? 0;
const said = (msg: string) => service.process.logs.filter((line) => line.msg === msg).length;

it('while Redis is away, takes leads, says so once, and enrols them afterwards', async () => {
  await database.query('INSERT INTO lead_workflows (name, steps) VALUES ($1, $2)', [
    'welcome',
    JSON.stringify([{ kind: 'wait', hours: 1 }]),
  ]);
  const enrolled = async () => count('SELECT FROM lead_enrolments');
  await postLead('Before');
  await until(async () => (await enrolled()) === 1, 5_000, 'the first enrolment');

  await redis.kill();
  await until(async () => said('redis is away') > 0, 5_000, 'Redis seen as away');
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => postLead(`Meanwhile ${index}`, 'same')));
  // One of them is the first with this key; the others came with another body.
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(409)]);
  const more = await Promise.all(Array.from({ length: 20 }, (_, index) => postLead(`Meanwhile ${index}`)));
  expect(new Set(more.map(({ status }) => status))).toEqual(new Set([200]));
  expect(await count('SELECT FROM leads_to_enrol')).toBe(21);
  expect(said(away)).toBe(1);
  expect((await postExotel(randomUUID())).status).toBe(200);

  await redis.restart();
  await until(
    async () => {
      const { status } = await postLead('Afterwards');
      return status === 200 && (await enrolled()) > 1;
    },
    10_000,
    'an enrolment after Redis is back',
  );
  // The very scan whose next time is minutes away.
  const connection = { host: redis.host, port: redis.port };
  const queue = new Queue(queues.workflow.name, { connection, prefix: queuePrefix });
  await queue.add('trigger-scan', {});
  await until(async () => (await count('SELECT FROM leads_to_enrol')) === 0, 5_000, 'the scan of all that wait');
  await queue.close();
  expect(await enrolled()).toBe(await count('SELECT FROM raw_leads'));
}, 40_000);

it('while PostgreSQL is away, asks for everything again, and loses and doubles nothing', async () => {
  const [lead, call_, message] = [randomUUID(), randomUUID(), `wamid.${randomUUID()}`];
  await postgres.kill();
  for (const { status, answer } of [await postLead('Asha', lead), await postExotel(call_), await postWhatsapp(message)])
    expect([status, answer.code]).toEqual([503, 'UNAVAILABLE']);
  expect((await call(service.port, '/api/health')).status).toBe(200);

  await postgres.restart();
  await until(async () => (await postLead('Asha', lead)).status === 200, 20_000, 'leads');
  expect((await postLead('Asha', lead)).answer.data.duplicate).toBe(true);
  for (let round = 0; round < 2; round += 1) {
    expect((await postExotel(call_)).status).toBe(200);
    expect((await postWhatsapp(message)).status).toBe(200);
  }
  database = await connect();
  expect(await count('SELECT FROM vendor_lead_requests WHERE key = $1', lead)).toBe(1);
  expect(await count(`SELECT FROM raw_leads WHERE name = 'Asha'`)).toBe(1);
  expect(await count('SELECT FROM call_events WHERE "callSid" = $1', call_)).toBe(1);
  expect(await count('SELECT FROM whatsapp_inbound_messages WHERE "providerMessageId" = $1', message)).toBe(1);
  expect(service.process.logs.filter(({ level }) => level === 'fatal')).toEqual([]);
}, 40_000);
