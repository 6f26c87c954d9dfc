import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findHaproxyServer } from '../../local/haproxy-server';

const { PATH, HAPROXY } = process.env;
afterEach(() => {
  process.env.PATH = PATH;
  delete process.env.HAPROXY;
  if (HAPROXY) process.env.HAPROXY = HAPROXY;
});

it('finds one that runs', async () => {
  const { command, environment } = await findHaproxyServer();
  const version = execFileSync(command, ['-v'], { env: { ...process.env, ...environment }, encoding: 'utf8' });
  expect(version).toMatch(/^HAProxy version \d/);
});

it('takes the one that HAPROXY names', async () => {
  process.env.HAPROXY = process.execPath;
  expect(await findHaproxyServer()).toEqual({ command: process.execPath, environment: {} });
});

it('says what it tried and how to install one', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'mr-mentor-haproxy-server-test-'));
  delete process.env.HAPROXY;
  process.env.PATH = '';
  await expect(findHaproxyServer(cache)).rejects.toThrow(
    [
      'There is no HAProxy on this machine. Tried:',
      '  - HAPROXY: not set',
      '  - haproxy: not on the PATH',
      '  - unpacking haproxy, liblua5.3-0, libopentracing1, libopentracing-c-wrapper0, libpcre2-8-0: apt-get is not on the PATH',
      'Install it (Debian, Ubuntu: sudo apt-get install haproxy; macOS: brew install haproxy),',
      'or set HAPROXY to the path of one.',
    ].join('\n'),
  );
  rmSync(cache, { recursive: true, force: true });
});
