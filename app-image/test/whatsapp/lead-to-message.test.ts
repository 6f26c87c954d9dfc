import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Client } from 'pg';
import { queuePrefix } from '../../src/queues/job-queues';
import { queues } from '../../src/queues/queue';
import { stopServers, stores } from '../server-process';
import { connectPostgres, connectRedis } from '../store-clients';
import { startVendorApi, type VendorApi } from '../vendor/vendor-api';
import { type FakeProvider, startProvider } from './provider-server';

const appSecret = 'the-secret-of-the-meta-app';

let provider: FakeProvider;
let api: VendorApi;
let postgres: Client;
let redis: Redis;
let queue: Queue;
beforeAll(async () => {
  provider = await startProvider();
  api = await startVendorApi({
    PROCESS_ROLE: 'all',
    WHATSAPP_ACCESS_TOKEN: 'the-access-token',
    WHATSAPP_PHONE_NUMBER_ID: '1055',
    WHATSAPP_BUSINESS_ACCOUNT_ID: '2066',
    WHATSAPP_WEBHOOK_VERIFY_TOKEN: 'what-meta-shows-once',
    WHATSAPP_APP_SECRET: appSecret,
    WHATSAPP_API_BASE_URL: provider.url,
  });
  const environment = await stores();
  [postgres, redis] = [await connectPostgres(environment), connectRedis(environment)];
  queue = new Queue(queues.whatsapp.name, { connection: redis, prefix: queuePrefix });
}, 30_000);
afterAll(async () => {
  await queue?.close();
  redis?.disconnect();
  await postgres?.end();
  provider?.close();
  await stopServers();
});

it("greets a vendor's lead by WhatsApp: refused first, sent when the token is renewed, then delivered", async () => {
  const steps = [{ kind: 'whatsapp', template: 'welcome', language: 'en_US', parameters: ['{{name}}'] }];
  await postgres.query('INSERT INTO lead_workflows (name, source, steps) VALUES ($1, $2, $3)', [
    'greeting',
    'Lead Garden',
    JSON.stringify(steps),
  ]);
  const { key } = await api.newVendor('Lead Garden');
  provider.answerWith(401, { error: { code: 190, message: 'for +919876543210' } });
  expect((await api.postLead(key, { name: 'Asha', phone: '9876543210' })).status).toBe(200);

  while ((await queue.getFailedCount()) === 0) await sleep(20);
  const [job] = await queue.getFailed();
  // Not tried again by itself: another try would change nothing.
  expect(job).toMatchObject({
    attemptsMade: 1,
    failedReason: expect.stringMatching(/^meta_cloud answered 401, code 190: .*renew it/),
  });
  expect(provider.received).toHaveLength(1);

  provider.answerWith(200, { messages: [{ id: 'wamid.greeting' }] });
  await job?.retry('failed');
  while ((await queue.getCompletedCount()) === 0) await sleep(20);
  expect(provider.received).toHaveLength(2);
  expect(provider.received[1]?.body).toMatchObject({
    to: '+919876543210',
    template: { name: 'welcome', components: [{ parameters: [{ type: 'text', text: 'Asha' }] }] },
  });

  const statuses = [{ id: 'wamid.greeting', status: 'delivered', timestamp: '1795132800' }];
  const body = JSON.stringify({ entry: [{ changes: [{ field: 'messages', value: { statuses } }] }] });
  const signature = `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;
  const told = await api.call('/whatsapp/webhook', { headers: { 'x-hub-signature-256': signature }, body });
  expect(told.status).toBe(200);
  const { rows } = await postgres.query(
    'SELECT template, status FROM whatsapp_messages JOIN whatsapp_deliveries USING ("providerMessageId")',
  );
  expect(rows).toEqual([{ template: 'welcome', status: 'delivered' }]);
  for (const private_ of ['9876543210', 'Asha', 'the-access-token']) expect(api.server.stdout).not.toContain(private_);
}, 30_000);
