import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { motoTests } from '../moto';
import { account, BackupSite } from '../operator/backup/backup-site';
import { cluster } from '../operator/backup/fake-ecs';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const nobody = {
  ...{ AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_ACCESS_KEY_ID: 'AKIATEST', AWS_SECRET_ACCESS_KEY: 'test' },
};

/** The command as npm runs it. @param atRunning called once, when it says that the task runs */
function backup(
  args: readonly string[],
  aws: Readonly<Record<string, string>> = nobody,
  atRunning: (interrupt: () => void) => void = () => {},
): Promise<Ended> {
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', join('scripts', 'backup.ts'), ...args], {
    cwd: join(__dirname, '..', '..'),
    env: { PATH: process.env.PATH, AWS_MAX_ATTEMPTS: '1', ...aws },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => {
    const runs = / {2}running$/m;
    const wasRunning = runs.test(stderr);
    stderr += chunk;
    if (!wasRunning && runs.test(stderr)) atRunning(() => child.kill('SIGINT'));
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}

it('explains itself', async () => {
  const { code, stdout } = await backup(['--help']);
  expect(code).toBe(0);
  for (const word of ['now', 'list', 'verify', 'restore-check', '--follow', 'Exit codes', 'Examples'])
    expect(stdout).toContain(word);
});

it.each([
  [['later', 'staging'], '"later" is no verb; must be one of now, list, verify, restore-check.'],
  [['list', 'staging', 'demo'], '"demo": one environment at most.'],
])('refuses %j', async (args, message) => {
  const { code, stderr } = await backup(args);
  expect(code).toBe(64);
  expect(stderr).toContain(message);
});

it('says so where AWS cannot be reached, and where the account is a placeholder', async () => {
  const unreached = await backup(['list', 'staging', '--account', account]);
  expect(unreached.code).toBe(1);
  expect(unreached.stderr).toContain('AWS cannot be reached: connect ECONNREFUSED 127.0.0.1:9');
  const placeholder = await backup(['list', 'production']);
  expect(placeholder).toMatchObject({ code: 1, stdout: '' });
  expect(placeholder.stderr).toContain('is a placeholder');
});

const moto = motoTests('Ctrl-C while a backup is followed was not tried.');

describe('with an AWS', () => {
  let site: BackupSite;
  let aws: Readonly<Record<string, string>>;
  beforeAll(async () => {
    if (!moto.found) return;
    site = await BackupSite.start();
    aws = { ...nobody, AWS_ENDPOINT_URL: site.front.url };
  });
  afterAll(() => site?.stop());

  moto.it(`lets the task go on at Ctrl-C, and follows it from there to its end${moto.why}`, async () => {
    let end = (_: number) => {};
    site.ecs.container = { run: () => new Promise((resolve) => (end = resolve)) };
    const common = ['now', 'staging', '--account', account, '--every', '0.1'];
    const { code, stdout, stderr } = await backup([...common, '--yes'], aws, (interrupt) => interrupt());
    const id = site.ecs.tasks[0]?.taskArn.split('/').at(-1) ?? '';
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toContain(
      `The task goes on. Follow it: npm run backup -- now staging --follow ${id}\nStop it:   aws ecs stop-task --cluster ${cluster} --task ${id}\n`,
    );
    expect(site.ecs.tasks[0]?.lastStatus).toBe('RUNNING');

    const followed = await backup([...common, '--follow', id], aws, () => {
      void site.store(new Date()).then(() => end(0));
    });
    expect(followed.code).toBe(0);
    expect(followed.stdout).toMatch(/^s3:\/\/\S+\.dump\n {2}3 kB, 1,234 rows in 2 tables, 2 migrations\n$/);
    expect(site.ecs.tasks).toHaveLength(1);
  });
});
