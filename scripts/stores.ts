import { once } from 'node:events';
import { startPostgres } from '../local/postgres';
import { startRedis } from '../local/redis';
import { parseCommand, runCommand } from './command-line';

const help = `npm run stores

Starts a PostgreSQL and a Redis on free ports of this machine and prints how to start the service on them.
Neither needs to be installed. They run until Ctrl-C, and what they hold goes with them.

Exit codes: 0 ended by Ctrl-C, 1 a server did not start, 64 wrong usage.`;

async function main(args: string[]): Promise<number> {
  parseCommand({ args });
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const { name } = await postgres.createDatabase('mas');
  const variables = {
    DB_HOST: postgres.host,
    DB_PORT: postgres.port,
    DB_NAME: name,
    DB_USERNAME: postgres.superuser,
    DB_PASSWORD: postgres.password,
    REDIS_HOST: redis.host,
    REDIS_PORT: redis.port,
  };
  const assignments = Object.entries(variables).map(([variable, value]) => `${variable}=${value}`);
  console.log(`PostgreSQL and Redis are up until Ctrl-C. In another terminal:

  cd app-image && \\
  ${assignments.join(' ')} \\
  npm start`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await Promise.all([postgres.stop(), redis.stop()]);
  return 0;
}

void runCommand(help, main);
