import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { freePort, startServer, stopServers } from '../../app-image/test/server-process';

const root = join(__dirname, '..', '..');

afterAll(stopServers);

/** Not waited for in one piece: some of the servers that it asks are this process's own. */
async function smoke(...args: string[]) {
  const command = ['--require', 'tsx/cjs', join('scripts', 'smoke.ts'), ...args];
  const child = spawn(process.execPath, command, { cwd: root });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const [exitCode] = await once(child, 'close');
  return { exitCode, stdout, stderr };
}

const limits = (...args: string[]) => smoke('rate-limits', ...args);

it('passes against a fresh server, and says of one just checked that it is not fresh', async () => {
  const { url } = await startServer({ PROCESS_ROLE: 'web' });
  expect(await limits(url)).toEqual({
    exitCode: 0,
    stderr: '',
    stdout: [
      `Rate limits of ${url}`,
      '  ✓ Auth: 10 times POST /api/auth/login, then 429',
      '  ✓ AI: 30 times POST /api/ai/ask, then 429',
      '  ✓ General: 100 times GET /api/system-config/rate-limit-check, then 429',
      '3 passed, 0 failed\n',
    ].join('\n'),
  });
  const again = await limits(url);
  expect(again.exitCode).toBe(1);
  expect(again.stdout).toContain('the window is not fresh: 0 of 10 requests are left');
}, 60_000);

it('fails against a server that counts and never refuses', async () => {
  const counted = new Map<string, number>();
  const allowed: Readonly<Record<string, number>> = { auth: 10, ai: 30, 'system-config': 100 };
  const server = createServer((request, response) => {
    const [, , name = ''] = (request.url ?? '').split('/');
    counted.set(name, (counted.get(name) ?? 0) + 1);
    response.setHeader('RateLimit-Remaining', Math.max(0, (allowed[name] ?? 0) - (counted.get(name) ?? 0)));
    request.resume().once('end', () => response.end('{}'));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { exitCode, stdout } = await limits(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  server.closeAllConnections();
  server.close();
  expect(exitCode).toBe(1);
  for (const count of [11, 31, 101]) expect(stdout).toContain(`request ${count} was answered with 200, not with 429`);
  expect(stdout).toContain('0 passed, 3 failed');
}, 60_000);

it('fails where nobody listens', async () => {
  const { exitCode, stdout } = await limits(`http://127.0.0.1:${await freePort()}`);
  expect(exitCode).toBe(1);
  expect(stdout.match(/the server cannot be reached: .*ECONNREFUSED/g)).toHaveLength(3);
}, 30_000);

it('asks a server what a release asks green, and says what is not as it has to be', async () => {
  const { url } = await startServer({ PROCESS_ROLE: 'web', APP_ENV: 'development' });
  const passed = await smoke(url, '--once');
  expect(passed).toMatchObject({ exitCode: 0, stderr: '' });
  expect(passed.stdout).toMatch(/^http:\S+, development\n {2}✓ health .*\n {2}✓ database .*\n {2}✓ redis/);
  expect(passed.stdout).toContain('✓ terminal-relay (1 times');
  expect(passed.stdout).toContain('5 passed, 0 failed');

  const other = await smoke(url, '--once', '--json', '--environment', 'staging');
  expect(other.exitCode).toBe(1);
  const { version, results } = JSON.parse(other.stdout);
  expect(version).toBe(1);
  expect(results.filter(({ ok }: { ok: boolean }) => !ok)).toEqual([
    expect.objectContaining({ check: 'health', reason: expect.stringContaining('development') }),
  ]);
}, 60_000);

it('says of a server that is not there that none of it answers', async () => {
  const { exitCode, stdout } = await smoke(`http://127.0.0.1:${await freePort()}`, '--once');
  expect(exitCode).toBe(1);
  expect(stdout).toContain('0 passed, 5 failed');
  expect(stdout.match(/ECONNREFUSED/g)).toHaveLength(5);
}, 30_000);

it.each([
  ['what is no URL', ['127.0.0.1:8000'], '"127.0.0.1:8000" is no environment (development, staging,'],
  ['another protocol', ['rate-limits', 'ftp://127.0.0.1'], '"ftp://127.0.0.1" is no environment'],
  ['two URLs', ['http://127.0.0.1:8000', 'http://127.0.0.1:8001'], 'one environment or URL at most'],
  ['an unknown environment', ['--environment', 'prod'], '--environment: unknown environment "prod"'],
  ['an unknown option', ['--url'], "Unknown option '--url'"],
])(
  'refuses %s',
  async (_what, args, message) => {
    const { exitCode, stdout, stderr } = await smoke(...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  },
  30_000,
);
