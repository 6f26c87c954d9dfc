import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const engineAnswers = spawnSync('docker', ['info'], { stdio: 'ignore', timeout: 10_000 }).status === 0;
const withEngine = engineAnswers ? it : it.skip;
const why = engineAnswers ? '' : ' (SKIPPED: no container engine answers `docker info`)';
// Straight to stderr: of a file whose every test is skipped, jest prints neither titles nor console output.
if (!engineAnswers) process.stderr.write(`image.test.ts: the image was not built${why}\n`);

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

afterAll(async () => {
  if (!engineAnswers) return;
  await docker('rm', '--force', '--volumes', NAME).catch(() => {});
  await docker('image', 'rm', '--force', NAME).catch(() => {});
}, MINUTES);

withEngine(
  `builds an image that runs locked down and stops cleanly${why}`,
  async () => {
    // BASE_IMAGE: for machines that cannot reach the default registry.
    const base = process.env.BASE_IMAGE ? ['--build-arg', `BASE_IMAGE=${process.env.BASE_IMAGE}`] : [];
    await docker('build', '--quiet', ...base, '--build-arg', 'REVISION=1a2b3c4', '--tag', NAME, join(__dirname, '..'));

    const [{ Config: config }] = JSON.parse(await docker('image', 'inspect', NAME));
    expect(config.User).toBe('1001:1001');
    expect(config.Cmd).toEqual(['node', 'dist/main.js']);
    expect(config.Healthcheck.Test).toEqual(['CMD', 'node', 'dist/healthcheck.js']);
    expect(config.Labels).toMatchObject({
      'org.opencontainers.image.title': 'mr-mentor-backend',
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.revision': '1a2b3c4',
    });

    const lockedDown = ['--read-only', '--cap-drop', 'all', '--security-opt', 'no-new-privileges', '--network', 'none'];
    await docker('run', '--detach', '--name', NAME, ...lockedDown, '--env', 'SHUTDOWN_DRAIN_SECONDS=1', NAME);
    await healthy();
    expect(JSON.parse(await inside('JSON.stringify(fs.readdirSync("/app").sort())'))).toEqual([
      'dist',
      'node_modules',
      'package.json',
    ]);
    expect(
      await inside('fs.readdirSync("dist", { recursive: true }).filter((f) => !/\\.js$|^config$/.test(f)).length'),
    ).toBe('0');
    expect(await inside('os.userInfo().username')).toBe('nodejs');

    await docker('kill', '--signal', 'SIGTERM', NAME);
    expect(await docker('wait', NAME)).toBe('0');
    const logs = (await docker('logs', NAME)).split('\n').map((line) => JSON.parse(line));
    expect(logs.map((line) => line.msg)).toEqual(['listening', 'draining', 'listener closing', 'exit']);
  },
  10 * MINUTES,
);
