import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRedisServer } from '../../local/redis-server';

const { PATH, REDIS_SERVER } = process.env;
let folder: string;
let cache: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mr-mentor-redis-server-test-'));
  cache = join(folder, 'cache');
  delete process.env.REDIS_SERVER;
});
afterEach(() => {
  process.env.PATH = PATH;
  if (REDIS_SERVER) process.env.REDIS_SERVER = REDIS_SERVER;
  rmSync(folder, { recursive: true, force: true });
});

/** A PATH with these programs and no others. */
function onlyOnPath(programs: Readonly<Record<string, string>>): void {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const [name, script] of Object.entries(programs))
    writeFileSync(join(bin, name), `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`, { mode: 0o755 });
  process.env.PATH = bin;
}

it('takes the one that REDIS_SERVER names', async () => {
  process.env.REDIS_SERVER = process.execPath;
  expect(await findRedisServer(cache)).toEqual({ command: process.execPath, environment: {} });
});

it('takes no other one when REDIS_SERVER is wrong', async () => {
  process.env.REDIS_SERVER = '/nowhere/redis-server';
  await expect(findRedisServer(cache)).rejects.toThrow(
    'REDIS_SERVER is "/nowhere/redis-server": must be the path of a program; correct it, or unset it.',
  );
});

it('takes the one on the PATH', async () => {
  onlyOnPath({ 'redis-server': 'exit 1' });
  expect(await findRedisServer(cache)).toEqual({ command: join(folder, 'bin', 'redis-server'), environment: {} });
});

it('unpacks the packages, whole and once, for all who look at the same time', async () => {
  onlyOnPath({
    'apt-get': 'touch redis-tools.deb libjemalloc2.deb',
    dpkg: 'mkdir -p "$3/usr/bin" && echo "#!/bin/sh" > "$3/usr/bin/redis-check-rdb" && chmod +x "$3/usr/bin/redis-check-rdb"',
  });
  const found = await Promise.all([findRedisServer(cache), findRedisServer(cache), findRedisServer(cache)]);
  const [unpacked = ''] = readdirSync(cache);
  expect(readdirSync(cache)).toEqual([`${process.platform}-${process.arch}`]);
  expect(existsSync(join(cache, unpacked, 'usr', 'bin', 'redis-server'))).toBe(true);
  expect(new Set(found.map(({ command }) => command))).toEqual(
    new Set([join(cache, unpacked, 'usr', 'bin', 'redis-server')]),
  );

  process.env.PATH = '';
  expect(await findRedisServer(cache)).toEqual(found[0]);
});

it('says what it tried and how to install one', async () => {
  process.env.PATH = '';
  await expect(findRedisServer(cache)).rejects.toThrow(
    [
      'There is no Redis server on this machine. Tried:',
      '  - REDIS_SERVER: not set',
      '  - redis-server: not on the PATH',
      '  - unpacking redis-tools, libjemalloc2, liblzf1, libatomic1: apt-get is not on the PATH',
      'Install it (Debian, Ubuntu: sudo apt-get install redis-server; macOS: brew install redis),',
      'or set REDIS_SERVER to the path of one.',
    ].join('\n'),
  );
});

it('says what apt-get said, and keeps nothing half done', async () => {
  onlyOnPath({ 'apt-get': 'echo "E: Unable to locate package redis-tools" >&2; exit 100', dpkg: 'exit 1' });
  await expect(findRedisServer(cache)).rejects.toThrow(/libatomic1: E: Unable to locate package redis-tools\n/);
  expect(readdirSync(cache)).toEqual([]);
});
