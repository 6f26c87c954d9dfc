import { Secret, TOTP } from 'otpauth';
import { freePort } from '../../../local/free-port';
import { freshDatabase, freshRedis } from '../stores';
import { connected, type Stack, startStack } from './stack';

const masterPassword = 'the one that opens every door';
const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const totp = new TOTP({ secret: Secret.fromBase32(secret) });
/** Of the step that many steps from now. */
const code = (steps = 0) => totp.generate({ timestamp: Date.now() + steps * 30_000 });

let first: Stack;
let second: Stack;
let withoutRedis: Stack;
let closeStores: () => Promise<unknown>;

beforeAll(async () => {
  const [postgres, redis] = await Promise.all([freshDatabase(), freshRedis()]);
  closeStores = () => Promise.all([postgres.close(), redis.close()]);
  const variables = { ...postgres.environment, MASTER_PASSWORD: masterPassword, MASTER_TOTP_SECRET: secret };
  first = await startStack({ ...variables, ...redis.environment });
  second = await startStack({ ...variables, ...redis.environment });
  withoutRedis = await startStack({ ...variables, REDIS_PORT: String(await freePort()) });
  await Promise.all([connected(first), connected(second)]);
});
afterAll(async () => {
  await Promise.all([first?.close(), second?.close(), withoutRedis?.close()]);
  await closeStores?.();
});
// Each code works once, and there are three at a time for all of these tests.
beforeEach(() => first.redis.requests.flushdb());

/** At the edge of a step the code from before would be one step older than stated. */
beforeEach(async () => {
  const left = 30_000 - (Date.now() % 30_000);
  if (left < 3_000) await new Promise((resolve) => setTimeout(resolve, left + 100));
});

const attempt = (stack: Stack, email: string, change: Record<string, unknown> = {}) =>
  stack.call('/auth/master-login', { body: { email, masterPassword, totp: code(), ...change } });

it('signs in as any active user with both factors, and leaves a trace', async () => {
  const { id, email } = await first.addUser('EXPERT');
  const { status, body } = await attempt(first, email.toUpperCase());
  expect(status).toBe(200);
  const { token } = (body as { data: { token: string } }).data;
  expect(await first.call('/auth/me', { token })).toMatchObject({ body: { data: { id, role: 'EXPERT' } } });
  expect(await first.loginEvents(email)).toMatchObject([
    { userId: id, kind: 'master', succeeded: true, ip: '127.0.0.1' },
  ]);
  expect(first.logs).toContainEqual(
    expect.objectContaining({ level: 'warn', msg: 'master login', userId: id, succeeded: true }),
  );
});

it('does not say which factor was wrong, or that there is no such user', async () => {
  const { email } = await first.addUser();
  const inactive = await first.addUser('ADMIN', { isActive: false });
  const answers = [
    await attempt(first, email, { masterPassword: 'wrong', totp: code(-1) }),
    await attempt(first, email, { totp: code(-5) }),
    await attempt(first, email, { masterPassword: 'wrong', totp: code(-6) }),
    await attempt(first, 'nobody@school.test', { totp: code(0) }),
    await attempt(first, inactive.email, { totp: code(1) }),
  ];
  for (const { status, body } of answers) {
    expect(status).toBe(401);
    expect({ ...body, requestId: '' }).toEqual({ ...answers[0]?.body, requestId: '' });
  }
  const failed = { kind: 'master', succeeded: false };
  expect(await first.loginEvents(email)).toMatchObject([failed, failed, failed]);
  expect(await first.loginEvents('nobody@school.test')).toMatchObject([{ ...failed, userId: null }]);
  expect(await first.loginEvents(inactive.email)).toMatchObject([failed]);
});

it.each([-1, 0, 1])('takes the code of the step %i steps from now', async (steps) => {
  const { email } = await first.addUser();
  expect(await attempt(first, email, { totp: code(steps) })).toMatchObject({ status: 200 });
});

it.each([-2, 2])('refuses the code of the step %i steps from now', async (steps) => {
  const { email } = await first.addUser();
  expect(await attempt(first, email, { totp: code(steps) })).toMatchObject({ status: 401 });
});

it('takes a code once, over all processes, also when it was spent on a wrong password', async () => {
  const { email } = await first.addUser();
  const used = code();
  expect(await attempt(first, email, { totp: used })).toMatchObject({ status: 200 });
  for (const stack of [first, second])
    expect(await attempt(stack, email, { totp: used })).toMatchObject({ status: 401 });

  const wasted = code(1);
  expect(await attempt(second, email, { totp: wasted, masterPassword: 'wrong' })).toMatchObject({ status: 401 });
  expect(await attempt(first, email, { totp: wasted })).toMatchObject({ status: 401 });
});

it('admits one of many who send the same code at the same time', async () => {
  const { email } = await first.addUser();
  const same = code();
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) => attempt(index % 2 ? first : second, email, { totp: same })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(401)]);
});

it('is closed while Redis is away, whether the factors are right or not, and that leaves a trace', async () => {
  const { email } = await withoutRedis.addUser();
  const answers = [await attempt(withoutRedis, email), await attempt(withoutRedis, email, { masterPassword: 'wrong' })];
  for (const answer of answers)
    expect(answer).toMatchObject({ status: 503, body: { success: false, code: 'UNAVAILABLE' } });
  expect(await withoutRedis.loginEvents(email)).toMatchObject([
    { kind: 'master', succeeded: false },
    { kind: 'master', succeeded: false },
  ]);
});

it('is closed while attempts cannot be recorded', async () => {
  const { email } = await first.addUser();
  await first.database.query('ALTER TABLE login_events RENAME TO login_events_away');
  try {
    const { status, body } = await attempt(first, email);
    expect(status).toBe(503);
    expect(JSON.stringify(body)).not.toContain('eyJ');
    expect(await attempt(first, email, { masterPassword: 'wrong', totp: code(1) })).toMatchObject({ status: 503 });
  } finally {
    await first.database.query('ALTER TABLE login_events_away RENAME TO login_events');
  }
});

it.each([['12345'], ['1234567'], ['12345a'], [123456], ['１２３４５６']])(
  'answers 400 for the code %p',
  async (bad) => {
    expect(await attempt(first, 'a@school.test', { totp: bad })).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED' },
    });
  },
);

it('logs neither factor', async () => {
  const { email } = await first.addUser();
  const used = code();
  await attempt(first, email, { totp: used });
  expect(JSON.stringify(first.logs)).not.toContain(masterPassword);
  expect(JSON.stringify(first.logs)).not.toContain(secret);
  expect(first.logs.some((line) => Object.values(line).includes(used))).toBe(false);
});
