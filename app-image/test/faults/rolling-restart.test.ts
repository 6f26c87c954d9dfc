import { setTimeout as sleep } from 'node:timers/promises';
import { type Postgres, startPostgres } from '../../../local/postgres';
import { type Redis, startRedis } from '../../../local/redis';
import { stopServers } from '../server-process';
import { Balancer } from './balancer';
import { failuresOf, slowest, tally, tell } from './outcomes';
import { prepare, startAgain, startService, variablesOf } from './service';
import { type RequestKind, Traffic } from './traffic';

const rounds = 3;
const drainSeconds = 2;
const megabytes = 3;

let postgres: Postgres;
let redis: Redis;
let balancer: Balancer | undefined;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
}, 30_000);
afterAll(async () => {
  balancer?.stop();
  await stopServers();
  await Promise.all([postgres?.stop(), redis?.stop()]);
});

/** They take a while to arrive. Read as a whole before they are answered, that there is nothing at this path. */
const long: readonly RequestKind[] = [
  {
    ...{ name: 'slow body', method: 'POST', path: '/api/nothing', served: [404], workers: 4 },
    body: '{"slow":"ly"}',
    bodyTakesMs: 1_000,
  },
  {
    ...{ name: 'large body', method: 'POST', path: '/api/nothing', served: [404], workers: 2, pauseMs: 200 },
    body: JSON.stringify({ large: 'x'.repeat(megabytes * 1024 * 1024) }),
  },
];

it('fails no request while both processes behind a balancer are replaced under load', async () => {
  const environment = { ...(await variablesOf(postgres, redis)), SHUTDOWN_DRAIN_SECONDS: String(drainSeconds) };
  const services = [await startService(environment), await startService(environment)];
  const ports = services.map(({ port }) => port);
  const { kinds } = await prepare(ports[0] ?? 0);
  balancer = await Balancer.start(ports);

  // Without health, which truthfully says that a target is draining until the balancer has heard it.
  const throughBalancer = [...kinds.filter(({ name }) => name !== 'health'), ...long];
  const began = performance.now();
  const traffic = new Traffic([balancer.port], throughBalancer);
  await sleep(500);
  const exits: unknown[] = [];
  for (let round = 0; round < rounds; round += 1)
    for (const [index, service] of services.entries()) {
      service.process.kill('SIGTERM');
      exits.push(await service.process.exited);
      services[index] = await startAgain(service.environment);
      await balancer.uses(service.port);
    }
  await sleep(500);
  const outcomes = await traffic.stop();

  tell('rolling restart', outcomes, {
    restarts: exits.length,
    slowestMs: Math.round(slowest(outcomes)),
    seconds: Math.round((performance.now() - began) / 1000),
  });
  expect(tally(failuresOf(outcomes))).toEqual({});
  expect(exits).toEqual(Array.from({ length: rounds * 2 }, () => ({ code: 0, signal: null })));
  for (const { name } of throughBalancer)
    expect(outcomes.filter(({ kind }) => kind.name === name).length).toBeGreaterThan(10);
}, 120_000);
