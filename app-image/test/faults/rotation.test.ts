import { setTimeout as sleep } from 'node:timers/promises';
import { type Redis, startRedis } from '../../../local/redis';
import { motoTests } from '../../../test/moto';
import { stopServers } from '../server-process';
import { type ManagedDatabase, startManagedDatabase } from './managed-database';
import { failuresOf, slowest, tally, tell } from './outcomes';
import { prepare, redisVariables, startService } from './service';
import { Traffic } from './traffic';

const { found, it: withMoto, why } = motoTests('rotation.test.ts: no rotation under load');

let database: ManagedDatabase;
let redis: Redis;

beforeAll(async () => {
  if (found) [database, redis] = await Promise.all([startManagedDatabase(), startRedis()]);
}, 60_000);
afterAll(async () => {
  await stopServers();
  await Promise.all([database?.stop(), redis?.stop()]);
});

withMoto(
  `fails no request while the database password rotates under load, twice${why}`,
  async () => {
    const service = await startService({ ...database.environment, ...redisVariables(redis) });
    const { kinds } = await prepare(service.port);
    const traffic = new Traffic([service.port], kinds);
    await sleep(500);
    for (let rotation = 0; rotation < 2; rotation += 1) {
      await database.rotate();
      await sleep(1_500);
    }
    // All of them are logins of the last password by now.
    const open = await database.endConnections();
    await sleep(500);
    const outcomes = await traffic.stop();

    tell('rotated credentials', outcomes, { rotations: 2, slowestMs: Math.round(slowest(outcomes)) });
    expect(tally(failuresOf(outcomes))).toEqual({});
    expect(outcomes.length).toBeGreaterThan(150);
    expect(open).toBeGreaterThan(0);
    const refused = 'the database refused its password; the secret was read again';
    expect(service.process.logs.filter(({ msg }) => msg === refused).length).toBeGreaterThanOrEqual(2);
    for (const password of database.passwords) expect(service.process.stdout).not.toContain(password);
  },
  30_000,
);
