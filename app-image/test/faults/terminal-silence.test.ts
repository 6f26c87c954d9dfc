import { type Postgres, startPostgres } from '../../../local/postgres';
import { type Redis, startRedis } from '../../../local/redis';
import { stopServers } from '../server-process';
import { connect, createSession, disconnectAll, pair, peer } from '../terminal/terminal-client';
import { tell } from './outcomes';
import { type Service, startService, until, variablesOf } from './service';
import { WayToRedis } from './silent-redis';

/** Eight seconds until a silent connection is left, two until it is cut, and one until there is a new one. */
const backWithinMs = 25_000;

let postgres: Postgres;
let redis: Redis;
let way: WayToRedis;
let services: readonly [Service, Service];
beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  way = await WayToRedis.open(redis);
  const variables = await variablesOf(postgres, redis);
  services = [await startService(variables), await startService({ ...variables, ...way.variables })];
}, 60_000);
afterEach(disconnectAll);
afterAll(async () => {
  await stopServers();
  way?.close();
  await Promise.all([postgres?.stop(), redis?.stop()]);
});

it('when the connections of a process to Redis go silent, its terminals are told, and are paired again over new ones', async () => {
  const [here, there] = services.map(({ port }) => port) as [number, number];
  const takes = async (port: number) => {
    const client = await connect(port);
    client.hello('cli', await createSession(here));
    return Promise.race([client.closed.then(() => false), client.next().then(({ type }) => type === 'ready')]);
  };
  for (const port of [here, there]) await until(() => takes(port), 10_000, 'a relay that takes terminals');
  const { cli, browser } = await pair(here, there);

  way.silence();
  const began = performance.now();
  for (const end of [cli, browser]) expect(await end.next()).toEqual(peer('gone'));
  const heard = [cli, browser].map(({ bytes }) => bytes);
  await until(
    async () => {
      for (const { ws } of [cli, browser]) ws.send(Buffer.from('.'));
      return [cli, browser].every(({ bytes }, index) => bytes > (heard[index] ?? 0));
    },
    backWithinMs,
    'the pair, over new connections',
  );
  tell('the connections of a process to Redis go silent', [], { backMs: Math.round(performance.now() - began) });
}, 90_000);
