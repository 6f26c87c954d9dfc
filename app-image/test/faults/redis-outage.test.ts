import { setTimeout as sleep } from 'node:timers/promises';
import { type Postgres, startPostgres } from '../../../local/postgres';
import { type Redis, startRedis } from '../../../local/redis';
import { openRedis, type RedisConnections } from '../../src/redis/redis';
import { captureLog, environmentOf } from '../database/environment';
import { stopServers } from '../server-process';
import { failuresOf, slowest, tally, tell } from './outcomes';
import { call, prepare, redisVariables, type Service, signIn, startService, until, variablesOf } from './service';
import { newAddress, type Outcome, type RequestKind, Traffic } from './traffic';

/** Of one client in a minute. */
const generalLimit = 100;
const backWithinMs = 2_000;

let postgres: Postgres;
let redis: Redis;
let service: Service;
let kinds: readonly RequestKind[];

beforeAll(async () => {
  // It keeps what it knew, as ElastiCache does by its replica.
  [postgres, redis] = await Promise.all([startPostgres(), startRedis({ appendonly: true })]);
  service = await startService({ ...(await variablesOf(postgres, redis)), PROCESS_ROLE: 'all' });
  ({ kinds } = await prepare(service.port));
}, 30_000);
afterAll(async () => {
  await stopServers();
  await Promise.all([postgres?.stop(), redis?.stop()]);
});

const me = (shown: string) => call(service.port, '/api/auth/me', { token: shown });
const logout = (shown: string) => call(service.port, '/api/auth/logout', { token: shown, body: {} });

/** How often each connection said so. */
function said(msg: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of service.process.logs.filter((each) => each.msg === msg))
    counts[String(line.connection)] = (counts[String(line.connection)] ?? 0) + 1;
  return counts;
}

async function redisIsReady(): Promise<boolean> {
  const { answer } = await call(service.port, '/api/ready');
  return answer.checks.redis.ok;
}

/** By two requests of an address that nobody had. */
async function limitsCount(): Promise<boolean> {
  const address = newAddress();
  const left = async () =>
    Number((await call(service.port, '/api/nothing', { address })).headers['ratelimit-remaining']);
  return (await left()) === generalLimit - 1 && (await left()) === generalLimit - 2;
}

/**
 * What remains of the slowest request over the slowest that asks nobody: that much was the machine's load. Without
 * logins, which wait for a core and for each other.
 */
function slowestByRedis(outcomes: readonly Outcome[]): number {
  const of = (...names: string[]) => slowest(outcomes.filter(({ kind }) => names.includes(kind.name)));
  return Math.round(of('setting', 'me') - of('health'));
}

describe.each([
  ['is killed and restarted', () => redis.kill(), () => redis.restart(), ['requests', 'queues']],
  [
    'hangs and goes on',
    async () => void process.kill(redis.pid, 'SIGSTOP'),
    async () => void process.kill(redis.pid, 'SIGCONT'),
    // A queue may wait for its jobs as long as it likes.
    ['requests'],
  ],
])('while Redis %s', (what, goAway, comeBack, noticing) => {
  it('every request is served in time, and afterwards limits and revocations hold again', async () => {
    const [revoked, mine] = [await signIn(service.port), await signIn(service.port)];
    const revocationsHold = async () =>
      (await logout(mine)).status !== 503 && (await me(mine)).answer.code === 'TOKEN_REVOKED';
    await logout(revoked);
    expect((await me(revoked)).status).toBe(401);
    const before = { away: said('redis is away'), back: said('redis is back') };

    const traffic = new Traffic([service.port], kinds);
    await sleep(700);
    await goAway();
    await until(async () => !(await redisIsReady()), 1_500, 'Redis seen as away');
    // Of all requests only these need Redis truly: nobody is told that a token is gone which is not.
    expect(await logout(mine)).toMatchObject({ status: 503, answer: { code: 'NOT_REVOKED' } });
    // And this is the price of serving on, as the log says.
    expect((await me(revoked)).status).toBe(200);
    await sleep(2_000);

    await comeBack();
    const [limits, revocations] = await Promise.all([
      until(limitsCount, backWithinMs, 'rate limits'),
      until(revocationsHold, backWithinMs, 'revocations'),
    ]);
    expect(await redisIsReady()).toBe(true);
    expect(await me(revoked)).toMatchObject({ status: 401, answer: { code: 'TOKEN_REVOKED' } });
    await sleep(300);
    const outcomes = await traffic.stop();

    tell(`while Redis ${what}`, outcomes, {
      slowestMs: Math.round(slowest(outcomes)),
      slowestByRedisMs: slowestByRedis(outcomes),
      backMs: { limits: Math.round(limits), revocations: Math.round(revocations) },
    });
    expect(tally(failuresOf(outcomes))).toEqual({});
    expect(outcomes.length).toBeGreaterThan(150);
    expect(slowestByRedis(outcomes)).toBeLessThan(1_000);
    for (const connection of noticing) {
      expect(said('redis is away')[connection]).toBe((before.away[connection] ?? 0) + 1);
      expect(said('redis is back')[connection]).toBe((before.back[connection] ?? 0) + 1);
    }
  }, 30_000);
});

describe('a connection to a Redis that hangs', () => {
  let connections: RedisConnections;
  beforeAll(() => {
    connections = openRedis(environmentOf(redisVariables(redis)), captureLog().log);
  });
  afterAll(async () => {
    process.kill(redis.pid, 'SIGCONT');
    await connections.close();
  });

  it('piles up no commands: after the first half second they fail at once', async () => {
    const { requests } = connections;
    await until(async () => requests.status === 'ready', 2_000, 'the connection');
    process.kill(redis.pid, 'SIGSTOP');
    const took: number[] = [];
    for (let round = 0; round < 40; round += 1) {
      const startedAt = performance.now();
      for (let command = 0; command < 100; command += 1)
        void requests.get('key').catch(() => took.push(performance.now() - startedAt));
      await sleep(50);
    }
    const waited = took.filter((ms) => ms > 100).length;
    tell('commands to a Redis that hangs', [], {
      failed: took.length,
      waited,
      slowestMs: Math.round(Math.max(...took)),
    });
    expect(took.length).toBe(4_000);
    expect(Math.max(...took)).toBeLessThan(900);
    expect(waited).toBeLessThan(1_500);
  });
});
