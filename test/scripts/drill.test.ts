import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { backupTests } from '../../app-image/test/backup/postgres-tests';
import { eventually } from '../eventually';

const tests = backupTests('An interrupted "drill" was not tried.');
const root = join(__dirname, '..', '..');
const command = ['--require', 'tsx/cjs', join('scripts', 'drill.ts')];
const drill = (...args: string[]) =>
  spawnSync(process.execPath, [...command, ...args], { cwd: root, encoding: 'utf8' });

it('prints its help', () => {
  const { status, stdout } = drill('--help');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^npm run drill -- \[option…\]/);
  expect(stdout).toContain('Exit codes: 0 all that was backed up is there again');
});

it.each([
  [['--loss', 'everything'], '--loss: "everything" is no loss; must be one of rows, table, database, dump, all.'],
  [['--rows', '5'], '--rows: "5" is no number from 10 to 1000000.'],
  [['--keep'], '--keep: name one loss, since each has servers of its own.'],
  [['production'], "Unexpected argument 'production'"],
])('refuses %j', (args, sentence) => {
  const { status, stderr, stdout } = drill(...args);
  expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
  expect(stderr).toContain(sentence);
});

/** Processes that were started, directly or not, by this one: on Linux, where one can look. */
function descendantsOf(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [, parent] = /\) \w (\d+) /.exec(readFileSync(join('/proc', name, 'stat'), 'utf8')) ?? [];
        return [{ pid: Number(name), parent: Number(parent) }];
      } catch {
        return [];
      }
    });
  const below = (of: number): number[] =>
    parents.filter(({ parent }) => parent === of).flatMap((child) => [child.pid, ...below(child.pid)]);
  return below(pid);
}
const lives = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const onLinux = process.platform === 'linux' ? tests.it : it.skip;
onLinux(
  `ends all that it has started on Ctrl-C, and says so by its exit code${tests.why}`,
  async () => {
    const child = spawn(process.execPath, [...command, '--loss', 'table', '--rows', '20'], { cwd: root });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    // By then its servers run, and the job that dumps.
    await eventually(() => said.includes('table: '), { patienceMs: 40_000 });
    const started = descendantsOf(child.pid ?? 0);
    expect(started.length).toBeGreaterThan(2);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(said).toContain('SIGINT: ending what was started.');
    await eventually(() => !started.some(lives));
  },
  60_000,
);
