import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../../local/free-port';
import { findMoto, INSTALL_MOTO } from '../../local/moto-server';
import { findPostgresClients } from '../../local/postgres-client';
import { openSite } from './backup/site';
import { freshDatabase, freshRedis } from './stores';

const execute = promisify(execFile);
/** The stores of the tests listen on this machine's loopback, which a container shares on Linux only. */
function reasonToSkip(): string | undefined {
  if (process.platform !== 'linux') return "containers share the host's network on Linux only";
  const { status } = spawnSync('docker', ['info'], { stdio: 'ignore', timeout: 10_000 });
  return status === 0 ? undefined : 'no container engine answers `docker info`';
}

const skipped = reasonToSkip();
const withEngine = skipped ? it.skip : it;
const why = skipped ? ` (SKIPPED: ${skipped})` : '';
// Straight to stderr: of a file whose every test is skipped, jest prints neither titles nor console output.
if (skipped) process.stderr.write(`image.test.ts: the image was not built${why}\n`);

const NAME = `mr-mentor-backend-test-${process.pid}`;
const MINUTES = 60_000;

async function docker(...args: string[]): Promise<string> {
  const { stdout } = await execute('docker', args, { maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim();
}

/** Runs an expression inside the container, where there need be no shell and no curl. */
const inside = (expression: string) => docker('exec', NAME, 'node', '-p', expression);

async function healthy(): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const check = await docker('exec', NAME, 'node', 'dist/healthcheck.js').catch(() => null);
    if (check !== null) return;
    await sleep(100);
  }
  throw new Error(`The container never became healthy. It wrote:\n${await docker('logs', NAME)}`);
}

/** As the task definition has it. */
const lockedDown = [
  ...['--network', 'host', '--read-only', '--tmpfs', '/tmp:rw,noexec,nosuid,nodev,size=64m'],
  ...['--cap-drop', 'all', '--security-opt', 'no-new-privileges'],
];
const variablesAsOptions = (variables: Readonly<Record<string, string>>) =>
  Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`]);

/** Files below a folder of the image whose names match. */
const filesIn = (folder: string, pattern: string) =>
  inside(
    `fs.readdirSync(${JSON.stringify(folder)}, { recursive: true }).filter((file) => ${pattern}.test(file)).length`,
  );

let database: Awaited<ReturnType<typeof freshDatabase>>;
let redis: Awaited<ReturnType<typeof freshRedis>>;

beforeAll(async () => {
  if (skipped) return;
  [database, redis] = await Promise.all([freshDatabase(), freshRedis()]);
});

afterAll(async () => {
  if (skipped) return;
  await docker('rm', '--force', '--volumes', NAME).catch(() => {});
  await docker('image', 'rm', '--force', NAME).catch(() => {});
  await Promise.all([database.close(), redis.close()]);
}, MINUTES);

withEngine(
  `builds an image that runs locked down and stops cleanly${why}`,
  async () => {
    // For machines that cannot reach the default registry.
    const base = ['BASE_IMAGE', 'POSTGRES_IMAGE'].flatMap((name) =>
      process.env[name] ? ['--build-arg', `${name}=${process.env[name]}`] : [],
    );
    const revision = ['--build-arg', 'REVISION=1a2b3c4'];
    await docker('build', '--quiet', ...base, ...revision, '--tag', NAME, join(__dirname, '..'));

    const [{ Config: config }] = JSON.parse(await docker('image', 'inspect', NAME));
    expect(config.User).toBe('1001:1001');
    expect(config.Cmd).toEqual(['node', 'dist/main.js']);
    expect(config.Healthcheck.Test).toEqual(['CMD', 'node', 'dist/healthcheck.js']);
    expect(config.Labels).toMatchObject({
      'org.opencontainers.image.title': 'mr-mentor-backend',
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.revision': '1a2b3c4',
    });

    const port = await freePort();
    const variables = {
      ...{ ...database.environment, ...redis.environment },
      ...{ HOST: '127.0.0.1', PORT: String(port), SHUTDOWN_DRAIN_SECONDS: '1' },
    };
    await docker('run', '--detach', '--name', NAME, ...lockedDown, ...variablesAsOptions(variables), NAME);
    await healthy();
    const ready = await fetch(`http://127.0.0.1:${port}/api/ready`);
    expect(await ready.json()).toMatchObject({ success: true, revision: '1a2b3c4' });

    expect(JSON.parse(await inside('JSON.stringify(fs.readdirSync("/app").sort())'))).toEqual([
      'dist',
      'node_modules',
      'package.json',
    ]);
    expect(await filesIn('dist', '/\\.(ts|map)$/')).toBe('0');
    expect(await filesIn('node_modules', '/\\.(ts|map)$/')).toBe('0');
    expect(await filesIn('node_modules', '/^typescript\\//')).toBe('0');
    expect(await inside('os.userInfo().username')).toBe('nodejs');
    expect(await docker('exec', NAME, 'node', 'dist/config-cli.js', 'explain', 'PORT')).toContain(String(port));

    await docker('kill', '--signal', 'SIGTERM', NAME);
    expect(await docker('wait', NAME)).toBe('0');
    const logs = (await docker('logs', NAME))
      .split('\n')
      .flatMap((line) => (line.startsWith('{"level"') ? [JSON.parse(line)] : []));
    expect(logs.map((line) => line.msg)).toEqual(
      expect.arrayContaining(['database migrated', 'listening', 'draining', 'listener closing', 'exit']),
    );
  },
  10 * MINUTES,
);

/** A server that the image's pg_dump is not too old for: the shared one, or one of its own version. */
async function siteFor(version: string) {
  const major = Number.parseInt(version, 10);
  if (major >= 16) return openSite({ client: { folder: '', major, withServer: false }, ownServer: false });
  const client = findPostgresClients().find((found) => found.major === major && found.withServer);
  if (client === undefined)
    throw new Error(`POSTGRES_IMAGE has pg_dump ${version}, and there is no server of that here`);
  return openSite({ client, ownServer: true });
}

const withoutMoto = findMoto() === undefined ? ` (SKIPPED: there is no moto_server; ${INSTALL_MOTO})` : '';
(withoutMoto ? it.skip : withEngine)(
  `backs up and restores with the programs in it${why}${withoutMoto}`,
  async () => {
    const run = (...args: string[]) => docker('run', '--rm', ...lockedDown, ...args);
    const folder = await run(NAME, 'node', '-p', 'process.env.POSTGRES_CLIENT_FOLDER');
    const [, version = ''] =
      /\(PostgreSQL\) (\d+)/.exec(
        await run('--env', `LD_LIBRARY_PATH=${folder}/lib`, '--entrypoint', `${folder}/bin/pg_dump`, NAME, '--version'),
      ) ?? [];
    const site = await siteFor(version);
    try {
      const system = await site.system();
      const { POSTGRES_CLIENT_FOLDER: _, ...variables } = system.variables;
      const job = async (name: string) => {
        const lines = (await run(...variablesAsOptions(variables), NAME, 'node', `dist/jobs/${name}.js`)).split('\n');
        return lines.filter((line) => line.startsWith('{"level"')).map((line) => JSON.parse(line));
      };
      expect((await job('db-backup')).at(-1)).toMatchObject({ msg: 'job done', bytes: expect.any(Number) });
      expect((await job('db-restore-check')).at(-1)).toMatchObject({ msg: 'job done' });
    } finally {
      await site.close();
    }
  },
  5 * MINUTES,
);
