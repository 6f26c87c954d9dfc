import { randomUUID } from 'node:crypto';
import { startRedis } from '../../../local/redis';
import { freshDatabase } from '../stores';
import { connected, type Stack, startStack } from './stack';

let redis: Awaited<ReturnType<typeof startRedis>>;
let processes: readonly [Stack, Stack];
let closeDatabase: () => Promise<void>;

beforeAll(async () => {
  const postgres = await freshDatabase();
  closeDatabase = postgres.close;
  redis = await startRedis();
  const variables = { ...postgres.environment, REDIS_HOST: redis.host, REDIS_PORT: String(redis.port) };
  processes = [await startStack(variables), await startStack(variables)];
  await Promise.all(processes.map(connected));
});
afterAll(async () => {
  await Promise.all((processes ?? []).map((stack) => stack.close()));
  await redis?.stop();
  await closeDatabase?.();
});

const issued = async (stack: Stack, userId = randomUUID()) => {
  const token = await stack.identity.tokens.issue({ id: userId, role: 'USER' });
  return stack.identity.tokens.verify(token);
};

it('is known to every process at once, the token and the whole user', async () => {
  const [one, other] = processes;
  const user = await one.addUser();
  const second = await other.identity.tokens.issue({ id: user.id, role: 'USER' });
  for (const stack of processes)
    expect(await stack.call('/auth/me', { token: user.token })).toMatchObject({ status: 200 });

  await one.call('/auth/logout', { method: 'POST', token: user.token });
  expect(await other.call('/auth/me', { token: user.token })).toMatchObject({
    status: 401,
    body: { code: 'TOKEN_REVOKED' },
  });
  expect(await one.call('/auth/me', { token: second })).toMatchObject({ status: 200 });

  await other.call('/auth/logout', { token: second, body: { everywhere: true } });
  expect(await one.call('/auth/me', { token: second })).toMatchObject({ status: 401, body: { code: 'TOKEN_REVOKED' } });
});

it('is kept as long as a token could be taken, and no longer', async () => {
  const [stack] = processes;
  const identity = await issued(stack);
  await stack.identity.revocations.revokeToken(identity);
  await stack.identity.revocations.revokeUser(identity.userId);
  const commands = stack.redis.requests;
  expect(await commands.pexpiretime(`revoked:token:${identity.tokenId}`)).toBe(identity.expiresAt + 5_000);
  const left = await commands.ttl(`revoked:user:${identity.userId}`);
  expect(left).toBeGreaterThan(900);
  expect(left).toBeLessThanOrEqual(905);
});

it('asks once for both', async () => {
  const [stack] = processes;
  const identity = await issued(stack);
  const calls = async () => {
    const stats = await stack.redis.requests.info('commandstats');
    return Number(/cmdstat_mget:calls=(\d+)/.exec(stats)?.[1] ?? 0);
  };
  const before = await calls();
  expect(await stack.identity.revocations.isRevoked(identity)).toBe(false);
  expect(await calls()).toBe(before + 1);
});

it('takes tokens while Redis is away, counts that, says it once, and holds again when Redis is back', async () => {
  const [stack] = processes;
  const { token } = await stack.addUser();
  await stack.counted('RevocationChecksSkipped');
  expect(await stack.counted('RevocationChecksSkipped')).toBe(0);

  await redis.kill();
  const began = performance.now();
  const answers = await Promise.all(Array.from({ length: 20 }, () => stack.call('/auth/me', { token })));
  expect(performance.now() - began).toBeLessThan(3_000);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(await stack.counted('RevocationChecksSkipped')).toBe(20);
  const said = stack.logs.filter(({ msg }) => msg.includes('without asking for revocations'));
  expect(said).toMatchObject([{ level: 'warn', reason: expect.any(String) }]);

  // Nobody is told that a token is gone which is not.
  const refused = await stack.call('/auth/logout', { method: 'POST', token });
  expect(refused).toMatchObject({ status: 503, body: { success: false, code: 'NOT_REVOKED' } });

  await redis.restart();
  await Promise.all(processes.map(connected));
  await stack.counted('RevocationChecksSkipped');
  expect(await stack.call('/auth/logout', { method: 'POST', token })).toMatchObject({ status: 200 });
  expect(await stack.call('/auth/me', { token })).toMatchObject({ status: 401, body: { code: 'TOKEN_REVOKED' } });
  expect(await stack.counted('RevocationChecksSkipped')).toBe(0);
});
