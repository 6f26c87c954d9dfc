import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type Database, openDatabase } from '../../src/database/database';
import { JobQueues } from '../../src/queues/job-queues';
import { queues } from '../../src/queues/queue';
import { openRedis, type RedisConnections } from '../../src/redis/redis';
import { workflowHandlers } from '../../src/workers/workflow';
import { captureLog, environmentOf } from '../database/environment';
import { type DatabaseVariable, freshDatabase, freshRedis, type RedisVariable, type Store } from '../stores';

let stores: [Store<DatabaseVariable>, Store<RedisVariable>];
let database: Database;
let redis: RedisConnections;
let jobQueues: JobQueues;
beforeAll(async () => {
  stores = await Promise.all([freshDatabase(), freshRedis()]);
  const environment = environmentOf({ ...stores[0].environment, ...stores[1].environment });
  database = await openDatabase(environment, captureLog().log);
  redis = openRedis(environment, captureLog().log);
  jobQueues = new JobQueues(redis);
  await once(jobQueues.connection, 'ready');
});
afterEach(async () => {
  await database.query('TRUNCATE lead_enrolments, lead_workflows, leads_to_enrol, raw_leads');
  await Promise.all([queues.email, queues.whatsapp].map((queue) => jobQueues.queue(queue).obliterate({ force: true })));
});
afterAll(async () => {
  await jobQueues?.close();
  await Promise.all([database?.close(), redis?.close()]);
  await Promise.all((stores ?? []).map((store) => store.close()));
});

const scan = (payload: { leadId?: string; leadIds?: string[] } = {}, { log } = captureLog(), queue = jobQueues) =>
  workflowHandlers({ database, jobQueues: queue })['trigger-scan'](payload, { id: '1', attempt: 1, log });

interface Lead {
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly source?: string;
  readonly campaign?: string | null;
}

/** As the vendor API stores one. */
async function addLead(given: Lead = {}): Promise<string> {
  const { email = 'asha@school.test', phone = '+919876543210', source = 'garden', campaign = null } = given;
  const id = randomUUID();
  await database.query(
    `WITH waiting AS (INSERT INTO leads_to_enrol ("leadId") VALUES ($1::uuid))
     INSERT INTO raw_leads (id, name, email, phone, source, campaign, "courseInterest")
     VALUES ($1::uuid, 'Asha', $2, $3, $4, $5, 'Data Science')`,
    [id, email, phone, source, campaign],
  );
  return id;
}

async function addWorkflow(steps: unknown, { source = null as string | null, campaign = null as string | null } = {}) {
  const [row] = await database.query<{ id: string }>(
    'INSERT INTO lead_workflows (name, source, campaign, steps) VALUES ($1, $2, $3, $4) RETURNING id',
    ['a workflow', source, campaign, JSON.stringify(steps)],
  );
  return row?.id;
}

const enrolments = () =>
  database.query<{ id: string; leadId: string; workflowId: string; step: number; dueAt: Date | null }>(
    'SELECT id, "leadId", "workflowId", step, "dueAt" FROM lead_enrolments ORDER BY "createdAt"',
  );
const waiting = async () => (await database.query('SELECT FROM leads_to_enrol')).length;
const jobs = async (queue: 'email' | 'whatsapp') =>
  (await jobQueues.queue(queues[queue]).getJobs()).map(({ id, name, data }) => ({ id, name, data }));

const sumOf = (counts: readonly unknown[], name: 'enrolled' | 'advanced') =>
  (counts as readonly Record<typeof name, number>[]).reduce((sum, count) => sum + count[name], 0);

const mail = { kind: 'email', subject: 'Hello {{name}}', text: 'You asked about {{courseInterest}}, {{name}}.' };
const message = { kind: 'whatsapp', template: 'welcome', language: 'en_US', parameters: ['{{name}}', 'soon'] };
const wait = (hours: number) => ({ kind: 'wait', hours });

it('takes a lead through its steps: at once, after a pause, to the end', async () => {
  const workflowId = await addWorkflow([mail, wait(24), message]);
  const leadId = await addLead();
  expect(await scan({ leadId })).toEqual({ enrolled: 1, advanced: 1 });
  const [enrolment] = await enrolments();
  expect(enrolment).toEqual({ id: enrolment?.id, leadId, workflowId, step: 2, dueAt: expect.any(Date) });
  expect(await jobs('email')).toMatchObject([
    {
      id: `enrolment-${enrolment?.id}-0`,
      name: 'send',
      data: {
        to: 'asha@school.test',
        template: 'message',
        data: { subject: 'Hello Asha', text: 'You asked about Data Science, Asha.' },
      },
    },
  ]);
  expect(await jobs('whatsapp')).toEqual([]);
  const [pause] = await database.query<{ hours: number }>(
    'SELECT extract(epoch FROM "dueAt" - now()) / 3600 AS hours FROM lead_enrolments',
  );
  expect(Number(pause?.hours)).toBeCloseTo(24, 1);

  // Not before.
  expect(await scan()).toEqual({ enrolled: 0, advanced: 0 });
  await database.query('UPDATE lead_enrolments SET "dueAt" = now()');
  expect(await scan()).toEqual({ enrolled: 0, advanced: 1 });
  const id = `enrolment-${enrolment?.id}-2`;
  expect(await jobs('whatsapp')).toEqual([
    {
      id,
      name: 'send',
      data: {
        to: '+919876543210',
        template: 'welcome',
        language: 'en_US',
        parameters: ['Asha', 'soon'],
        messageId: id,
      },
    },
  ]);
  expect(await enrolments()).toMatchObject([{ step: 3, dueAt: null }]);
  expect(await scan()).toEqual({ enrolled: 0, advanced: 0 });
});

it('takes leads by source and campaign, and each into a workflow once', async () => {
  const steps = [wait(1)];
  const [any, garden, monsoon, both] = [
    await addWorkflow(steps),
    await addWorkflow(steps, { source: 'garden' }),
    await addWorkflow(steps, { campaign: 'monsoon' }),
    await addWorkflow(steps, { source: 'fair', campaign: 'monsoon' }),
  ];
  const paused = await addWorkflow(steps);
  await database.query('UPDATE lead_workflows SET "isActive" = false WHERE id = $1', [paused]);
  const fromGarden = await addLead({ source: 'garden' });
  const fromFair = await addLead({ source: 'fair', campaign: 'monsoon' });
  await Promise.all([
    scan(),
    scan({ leadId: fromGarden }),
    scan(),
    scan({ leadIds: [fromFair, fromGarden, fromFair] }),
  ]);
  const pairs = (await enrolments()).map(({ leadId, workflowId }) => [leadId, workflowId]);
  const expected = [
    ...[any, garden].map((workflow) => [fromGarden, workflow]),
    ...[any, monsoon, both].map((workflow) => [fromFair, workflow]),
  ];
  expect(pairs.sort()).toEqual(expected.sort());
  expect(await waiting()).toBe(0);
  expect(await scan({ leadId: fromGarden })).toEqual({ enrolled: 0, advanced: 0 });
});

it('looks only at the leads that it is told, and leaves the others waiting', async () => {
  await addWorkflow([wait(1)]);
  const [, second] = [await addLead(), await addLead()];
  expect(await scan({ leadId: second })).toEqual({ enrolled: 1, advanced: 1 });
  expect((await enrolments()).map(({ leadId }) => leadId)).toEqual([second]);
  expect(await waiting()).toBe(1);
});

it('sends once, however many scans run at the same time or again', async () => {
  await addWorkflow([mail, message]);
  const leads = await Promise.all(Array.from({ length: 12 }, () => addLead()));
  const counts = await Promise.all([
    scan(),
    scan({ leadIds: leads }),
    scan(),
    ...leads.map((leadId) => scan({ leadId })),
  ]);
  expect(sumOf(counts, 'advanced')).toBe(12);
  expect([(await jobs('email')).length, (await jobs('whatsapp')).length]).toEqual([12, 12]);

  // As a process leaves it that died between the jobs and the row.
  await database.query('UPDATE lead_enrolments SET step = 0, "dueAt" = now()');
  expect(await scan()).toEqual({ enrolled: 0, advanced: 12 });
  expect([(await jobs('email')).length, (await jobs('whatsapp')).length]).toEqual([12, 12]);
});

it('does not let scans of the same leads wait for each other', async () => {
  await Promise.all([1, 2, 3].map(() => addWorkflow([wait(1)])));
  for (let round = 0; round < 5; round += 1) {
    const leads = await Promise.all(Array.from({ length: 40 }, () => addLead()));
    const orders = [leads, [...leads].reverse(), [...leads].sort(), undefined, [...leads].sort().reverse(), undefined];
    const counts = await Promise.all(orders.map((leadIds) => scan({ leadIds })));
    expect(sumOf(counts, 'enrolled')).toBe(3 * leads.length);
  }
});

it('goes through more leads than one statement takes', async () => {
  await addWorkflow([wait(1)]);
  await database.query(`
    WITH lead AS (INSERT INTO raw_leads (name) SELECT 'many' FROM generate_series(1, 1203) RETURNING id)
    INSERT INTO leads_to_enrol ("leadId") SELECT id FROM lead`);
  const counts = await Promise.all([scan(), scan()]);
  expect(sumOf(counts, 'enrolled')).toBe(1203);
  expect(await waiting()).toBe(0);
  expect((await enrolments()).filter(({ step }) => step === 1)).toHaveLength(1203);
});

it('goes on without what a lead has no address for, or none that can be used', async () => {
  await addWorkflow([mail, message]);
  await addLead({ email: null });
  await addLead({ phone: null });
  await addLead({ email: 'no address', phone: '12' });
  const captured = captureLog();
  expect(await scan({}, captured)).toEqual({ enrolled: 3, advanced: 3 });
  expect([(await jobs('email')).length, (await jobs('whatsapp')).length]).toEqual([1, 1]);
  expect(captured.messages().filter((line) => line === 'a step cannot be taken: it is left out')).toHaveLength(2);
  expect(captured.text()).not.toContain('no address');
});

it('keeps the leads of a workflow whose steps cannot be read, and does not hold up the others', async () => {
  await addWorkflow([{ kind: 'telegram' }]);
  const sound = await addWorkflow([mail]);
  await Promise.all([addLead(), addLead()]);
  const captured = captureLog();
  expect(await scan({}, captured)).toEqual({ enrolled: 4, advanced: 2 });
  const malformed = 'the steps of a workflow are not as they have to be: its leads wait';
  expect(captured.messages().filter((line) => line === malformed)).toHaveLength(1);
  for (const { workflowId, dueAt } of await enrolments()) expect(dueAt === null).toBe(workflowId === sound);
});

it('leaves leads where they are while their workflow is paused', async () => {
  const workflowId = await addWorkflow([wait(1), mail]);
  await addLead();
  await scan();
  await database.query('UPDATE lead_workflows SET "isActive" = false WHERE id = $1', [workflowId]);
  await database.query('UPDATE lead_enrolments SET "dueAt" = now()');
  expect(await scan()).toEqual({ enrolled: 0, advanced: 0 });
  await database.query('UPDATE lead_workflows SET "isActive" = true WHERE id = $1', [workflowId]);
  expect(await scan()).toEqual({ enrolled: 0, advanced: 1 });
  expect(await jobs('email')).toHaveLength(1);
});

it('leaves a step due that could not become a job', async () => {
  await addWorkflow([mail]);
  const leadId = await addLead();
  const away = { add: () => Promise.reject(new Error('Redis is away')) } as unknown as JobQueues;
  await expect(scan({ leadId }, captureLog(), away)).rejects.toThrow('Redis is away');
  expect(await enrolments()).toMatchObject([{ step: 0, dueAt: expect.any(Date) }]);
  expect(await scan({ leadId })).toEqual({ enrolled: 0, advanced: 1 });
  expect(await jobs('email')).toHaveLength(1);
});
