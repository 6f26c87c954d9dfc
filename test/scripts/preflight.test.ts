import { execFile } from 'node:child_process';
import { join } from 'node:path';

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command as npm runs it, with nothing of AWS but a port that nobody listens at. */
const preflight = (...args: readonly string[]) =>
  new Promise<Ended>((resolve) => {
    const command = ['--require', 'tsx/cjs', join('scripts', 'preflight.ts'), ...args];
    const aws = {
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      AWS_ACCESS_KEY_ID: 'AKIATEST',
      AWS_SECRET_ACCESS_KEY: 'test',
    };
    const options = {
      cwd: join(__dirname, '..', '..'),
      env: { PATH: process.env.PATH, AWS_MAX_ATTEMPTS: '1', ...aws },
    };
    execFile(process.execPath, command, options, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });

it('says so where AWS cannot be reached, and asks no more', async () => {
  const { code, stdout } = await preflight('staging', '--account', '123456789012');
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /^✗ Account: It could not be asked: AWS cannot be reached: connect ECONNREFUSED 127\.0\.0\.1:9\n/,
  );
  expect(stdout).toContain('→ Look at the network, the region and AWS_ENDPOINT_URL');
  expect(stdout).toContain('\n– Quotas: the account is not known to be the right one\n');
  expect(stdout).toMatch(/\nstaging is not ready for a release: 1 failed, 0 to be looked at\.\n$/);
});

it('names placeholders of an account before it asks anybody', async () => {
  const { code, stdout } = await preflight('production', '--json');
  expect(code).toBe(1);
  const { version, environment, findings } = JSON.parse(stdout);
  expect({ version, environment, first: findings[0] }).toMatchObject({
    ...{ version: 1, environment: 'production' },
    first: { title: 'Account', state: 'failed', detail: expect.stringContaining('000000000002 is a placeholder') },
  });
});

it.each([
  [['nowhere'], '"nowhere" is no environment; must be one of development, staging, demo, production.'],
  [['staging', 'demo'], '"demo": one environment at most.'],
  [['staging', '--skip', 'secrets'], '--skip: unknown check "secrets"; allowed: regions, bootstrap, '],
  [['staging', '--imag', 'x'], "Unknown option '--imag'"],
])('refuses %j', async (args, message) => {
  const { code, stderr } = await preflight(...args);
  expect(code).toBe(64);
  expect(stderr).toContain(message);
});
