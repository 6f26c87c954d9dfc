import { Redis } from 'ioredis';
import { Client } from 'pg';
import { freshDatabase, freshRedis } from './stores';

const connect = async ({ environment }: Awaited<ReturnType<typeof freshDatabase>>): Promise<Client> => {
  const { DB_HOST: host, DB_PORT, DB_NAME: database, DB_USERNAME: user, DB_PASSWORD: password } = environment;
  const client = new Client({ host, port: Number(DB_PORT), database, user, password });
  // Closing the database by force ends the connection.
  client.on('error', () => {});
  await client.connect();
  return client;
};

it('gives each caller a PostgreSQL database, and drops it though somebody is connected', async () => {
  const [one, other] = await Promise.all([freshDatabase(), freshDatabase()]);
  const [inOne, inOther] = await Promise.all([connect(one), connect(other)]);
  await inOne.query('CREATE TABLE things (id int)');
  const { rows } = await inOther.query("SELECT to_regclass('things') AS found");
  expect(rows).toEqual([{ found: null }]);

  await one.close();
  const { rows: left } = await inOther.query('SELECT datname FROM pg_database WHERE datname = ANY ($1)', [
    [one.environment.DB_NAME, other.environment.DB_NAME],
  ]);
  expect(left).toEqual([{ datname: other.environment.DB_NAME }]);
  await inOther.end();
  await other.close();
});

it('gives each caller a Redis database, and empties it', async () => {
  const [one, other] = await Promise.all([freshRedis(), freshRedis()]);
  const client = ({ environment }: typeof one) =>
    new Redis({ host: environment.REDIS_HOST, port: Number(environment.REDIS_PORT), db: Number(environment.REDIS_DB) });
  const [inOne, inOther] = [client(one), client(other)];
  await inOne.set('key', 'value');
  expect(await inOther.get('key')).toBeNull();
  await one.close();
  expect(await inOne.get('key')).toBeNull();
  await other.close();
  inOne.disconnect();
  inOther.disconnect();
});
