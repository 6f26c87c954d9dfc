import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../eventually';
import { isRunning } from './processes';

jest.setTimeout(30_000);

const ROOT = join(__dirname, '..', '..');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mr-mentor-abandoned-'));
  // PostgreSQL may be another user than this process.
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A process that runs this, says what it has started, and then waits; the servers' folders are in `folder`. */
async function parent(body: string) {
  const script = `
    const { launchPostgres, startPostgres } = require('./local/postgres');
    const { startRedis } = require('./local/redis');
    const run = async () => { ${body} };
    run().then((pids) => console.log(JSON.stringify(pids)));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', '--eval', script], {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  return { child, pids: JSON.parse(String(line)) as number[] };
}

const left = (): string[] => readdirSync(folder).filter((name) => name.startsWith('mr-mentor-'));

it.each(['SIGKILL', 'SIGTERM'] as const)(
  'leaves no server and no folder when the parent is ended by %s',
  async (signal) => {
    const { child, pids } = await parent(
      'return (await Promise.all([startPostgres(), startRedis()])).map((server) => server.pid)',
    );
    expect(pids.map(isRunning)).toEqual([true, true]);
    expect(left()).toHaveLength(2);
    child.kill(signal);
    await eventually(() => !pids.some(isRunning) && left().length === 0);
  },
);

it('leaves nothing when the guardian is ended, too', async () => {
  const { child, pids } = await parent('const redis = await startRedis(); return [redis.pid, redis.guardian.pid]');
  const [server = 0, guardian = 0] = pids;
  process.kill(guardian, 'SIGTERM');
  await eventually(() => !isRunning(server) && left().length === 0);
  child.kill('SIGKILL');
});

it('leaves nothing of a PostgreSQL that was still being prepared', async () => {
  const { child } = await parent('await launchPostgres(); return []');
  await eventually(() => left().some((name) => readdirSync(join(folder, name)).includes('data')));
  child.kill('SIGKILL');
  await eventually(() => left().length === 0);
});
