import { launchPostgres } from '../local/postgres';
import { launchRedis } from '../local/redis';
import type { ServerProcess } from '../local/server-process';

const running: ServerProcess[] = [];

/** The PostgreSQL and the Redis that all tests of a run share, each file with a database of its own. */
export async function launchStores(): Promise<{ ready(): Promise<void> }> {
  const postgres = await launchPostgres();
  running.push(postgres);
  const redis = await launchRedis({ databases: 1000 });
  running.push(redis);
  return {
    async ready() {
      await Promise.all([postgres.ready(), redis.ready()]);
      const { host, port, superuser: user, password } = postgres;
      process.env.TEST_POSTGRES = JSON.stringify({ host, port, user, password });
      process.env.TEST_REDIS = JSON.stringify({ host: redis.host, port: redis.port });
    },
  };
}

export async function stopStores(): Promise<void> {
  await Promise.all(running.splice(0).map((server) => server.stop()));
}
