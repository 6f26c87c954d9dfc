import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { contract, type VariableName } from '../src/config/contract';
import type { Variable } from '../src/config/variable';
import { deployedEnvironment } from './config/deployed-environment';
import { environmentFor, freePort, ServiceProcess, startServer, stopServers, stores } from './server-process';

const failed = { code: 1, signal: null };
const hidden = 'never-to-be-seen-by-anybody-7c1f';

/** Where PostgreSQL and Redis would be, if the process came to ask. */
const store = createServer((socket) => void socket.destroy());
let connections = 0;
store.on('connection', () => {
  connections += 1;
});
beforeAll(async () => {
  await once(store.listen(0, '127.0.0.1'), 'listening');
});
afterAll(async () => {
  store.close();
  await stopServers();
});

type Values = Readonly<Partial<Record<VariableName, string>>>;

interface Invalid {
  readonly what: string;
  readonly sound: Readonly<Record<string, string | undefined>>;
  readonly changes: Values;
  /** Exactly these are complained about. */
  readonly named: readonly string[];
}

const laptop = { APP_ENV: 'test', DB_HOST: '127.0.0.1', REDIS_HOST: '127.0.0.1' };
const onLaptop = (what: string, changes: Values, named: readonly string[] = Object.keys(changes)): Invalid => ({
  ...{ what, changes, named, sound: laptop },
});
const deployed = (what: string, changes: Values, named: readonly string[] = Object.keys(changes)): Invalid => ({
  ...{ what, changes, named, sound: deployedEnvironment() },
});

const invalid: readonly Invalid[] = [
  onLaptop('malformed values', {
    APP_ENV: 'prodduction',
    PROCESS_ROLE: 'cron-job',
    PORT: '70000',
    TRUST_PROXY_HOPS: '-1',
    SHUTDOWN_DRAIN_SECONDS: '1,55',
    KEEP_ALIVE_TIMEOUT_SECONDS: '65sec',
    HEADERS_TIMEOUT_SECONDS: '0x46',
    JWT_SECRET: 'too-short',
    JWT_EXPIRES_IN: '15 minutes',
    CORS_ALLOWED_ORIGINS: 'https://app.mrmentor.in',
    DATA_PRUNING_CRON: 'every night',
    PLATFORM_ENCRYPTION_KEY: 'no-key-at-all',
  }),
  onLaptop('timings out of order', { SHUTDOWN_DRAIN_SECONDS: '500', KEEP_ALIVE_TIMEOUT_SECONDS: '800' }),
  onLaptop('tables changed without migrations outside of development', { DB_SYNCHRONIZE: 'true' }),
  deployed('hosts of a laptop', {
    DB_HOST: 'localhost',
    REDIS_HOST: '127.0.0.1',
    BACKEND_PUBLIC_URL: 'http://localhost:8000',
    CORS_ALLOWED_ORIGINS: '["http://localhost:3000"]',
  }),
  deployed('placeholders', {
    JWT_SECRET: 'change-me-to-at-least-32-characters',
    ADMIN_PASSWORD: 'your-password-here',
    AWS_S3_BUCKET_NAME: '<bucket-name>',
  }),
  deployed('default credentials', {
    JWT_SECRET: 'local-only-jwt-secret-never-deployed-0000',
    ADMIN_PASSWORD: 'administrator1',
    REDIS_PASSWORD: 'password123',
    DB_USERNAME: 'shubham-of-a-laptop',
    DB_PASSWORD: hidden,
  }),
  deployed('half-configured integrations', { BULL_BOARD_USERNAME: 'operators', MASTER_PASSWORD: hidden }, [
    'BULL_BOARD_PASSWORD',
    'MASTER_TOTP_SECRET',
  ]),
  deployed('empty allow-lists', { ADMIN_USER_IDS: ' , ', CORS_ALLOWED_ORIGINS: '[]' }),
  deployed('demo data', { DEMO_DATA_ENABLED: 'true', ENABLE_SEEDING: 'true', RUN_SEED_DIRECTLY: 'true' }),
  deployed('tables changed without migrations', { DB_SYNCHRONIZE: 'true' }),
  deployed('long-lived AWS keys', { AWS_ACCESS_KEY_ID: 'AKIA7Q2XW9RT4YB6NMZP', AWS_SECRET_ACCESS_KEY: hidden }),
  deployed('every origin', { CORS_ALLOWED_ORIGINS: '*' }),
  onLaptop('a secret that is no JSON', { SECRETS_JSON: `{"JWT_SECRET":"${hidden}"` }),
  onLaptop('a secret that is a list', { SECRETS_JSON: `["${hidden}"]` }),
  onLaptop(
    'a secret whose keys do not belong there',
    { SECRETS_JSON: JSON.stringify({ DB_PASSWORD: hidden, REDIS_HOST: hidden, ADMIN_USER_IDS: [hidden] }) },
    ['DB_PASSWORD', 'REDIS_HOST', 'ADMIN_USER_IDS'],
  ),
];

const complaints = ({ stderr }: ServiceProcess) =>
  Array.from(stderr.matchAll(/^ {2}- (\w+): /gm), ([, name]) => name).sort();

it.each(invalid)(
  'exits 1 on $what: names each once, shows no value, asks nobody',
  async ({ sound, changes, named }) => {
    const port = String((store.address() as AddressInfo).port);
    const stated = Object.entries({ ...sound, DB_PORT: port, REDIS_PORT: port, ...changes });
    const process = new ServiceProcess(
      'main',
      Object.fromEntries(stated.filter((entry): entry is [string, string] => entry[1] !== undefined)),
    );
    expect(await process.exited).toEqual(failed);
    expect(complaints(process)).toEqual([...named].sort());
    // Shorter ones stand in the words of any message.
    for (const value of [hidden, ...Object.values(changes)].filter(({ length }) => length > 4))
      expect(process.stderr).not.toContain(value);
    expect(process.stderr).not.toMatch(/^\s+at /m);
    expect(process.stdout).toBe('');
    expect(connections).toBe(0);
  },
);

it('names all that production cannot do without', async () => {
  const process = new ServiceProcess('main', { APP_ENV: 'production' });
  expect(await process.exited).toEqual(failed);
  const required = Object.entries<Variable>(contract).filter(([, variable]) => variable.required === 'deployed');
  expect(complaints(process)).toEqual(
    required
      .map(([name]) => name)
      .filter((name) => name !== 'APP_ENV')
      .sort(),
  );
  expect(process.stdout).toBe('');
});

it('starts with a key in the secret that it does not know, and says so without its value', async () => {
  const { server } = await startServer({ SECRETS_JSON: JSON.stringify({ JWT_SECRTE: hidden }) });
  const { report } = await server.logged('start-up report');
  expect(report).toMatchObject({ warnings: ['SECRETS_JSON: JWT_SECRTE is unknown; did you mean JWT_SECRET?'] });
  expect(server.stdout + server.stderr).not.toContain(hidden);

  const { port } = await server.logged('listening');
  const second = new ServiceProcess('main', await environmentFor({ PORT: String(port) }));
  expect(await second.exited).toEqual(failed);
  expect(second.logs.filter(({ level }) => level !== 'info')).toEqual([
    {
      level: 'fatal',
      time: expect.any(String),
      reason: `cannot listen on 127.0.0.1:${port}: the port is taken`,
      exitCode: 1,
      msg: 'cannot start',
    },
  ]);
}, 30_000);

it.each([
  ['a password that is refused', { DB_PASSWORD: hidden }, 'check DB_USERNAME and DB_PASSWORD'],
  ['a database that does not exist', { DB_NAME: 'nowhere' }, 'create it or check DB_NAME'],
])(
  'exits 1 on %s, with host, port and what to do',
  async (_what, wrong, remedy) => {
    const { DB_HOST, DB_PORT } = await stores();
    const process = new ServiceProcess('main', await environmentFor(wrong));
    expect(await process.exited).toEqual(failed);
    const fatal = process.logs.at(-1);
    expect(fatal).toMatchObject({ level: 'fatal', msg: 'cannot start', exitCode: 1 });
    expect(fatal?.reason).toContain(`PostgreSQL at ${DB_HOST}:${DB_PORT}`);
    expect(fatal?.reason).toContain(remedy);
    expect(process.stdout + process.stderr).not.toContain(hidden);
  },
  30_000,
);

it('starts without Redis: healthy, not ready, and serving without limits', async () => {
  const { server, url } = await startServer({ REDIS_PORT: String(await freePort()) });
  expect((await fetch(`${url}/api/health`)).status).toBe(200);
  const ready = await fetch(`${url}/api/ready`);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({
    success: false,
    checks: { database: { ok: true }, redis: { ok: false, reason: 'unreachable' }, migrations: { ok: true } },
  });
  for (let count = 0; count < 12; count += 1) expect((await fetch(`${url}/api/auth/me`)).status).toBe(401);
  expect((await fetch(`${url}/api/system-config/no.such`)).status).toBe(404);
  expect(server.logs.filter(({ level }) => level === 'fatal')).toEqual([]);
}, 30_000);
