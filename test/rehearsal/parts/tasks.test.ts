import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../eventually';
import { isRunning } from '../../local/processes';
import { checked, container, type FakeRun, fakeRun, serviceOf, written } from './tasks-of-a-run';

let run: FakeRun;
afterEach(() => run?.close());

const stay = 'setInterval(() => {}, 1000);';
const tellPid = 'console.log("pid", process.pid, ".");';
const pidOf = async (task: Parameters<typeof written>[0]) => Number((await written(task, /pid (\d+) \./))[1]);

it('tells a task what ECS would tell it, its own port, and nothing of this machine', async () => {
  run = fakeRun({
    platform: { AWS_EXECUTION_ENV: 'AWS_ECS_EC2', OVERRIDDEN: 'platform' },
    secretValue: async (arn) => `value of ${arn}`,
    hostNames: ['database.test'],
  });
  const task = await run.start('console.log(JSON.stringify(process.env))', {
    container: {
      ...container,
      environment: { PORT: '8000', OVERRIDDEN: 'task definition' },
      secrets: { SECRETS_JSON: 'arn:secret' },
    },
  });
  expect(await task.exited).toMatchObject({ code: 0, signal: null, killed: false });
  const { NODE_OPTIONS, ...variables } = JSON.parse(readFileSync(join(run.folder.logs, 'web-1.log'), 'utf8'));
  expect(variables).toEqual({
    AWS_EXECUTION_ENV: 'AWS_ECS_EC2',
    OVERRIDDEN: 'task definition',
    SECRETS_JSON: 'value of arn:secret',
    PORT: String(task.port),
    LOCAL_NAMES: '0.0.0.0,database.test',
  });
  expect(NODE_OPTIONS).toMatch(/^--require ".*local-names\.cjs"$/);
});

it('resolves the names of its neighbours to this machine, and no other', async () => {
  run = fakeRun({ hostNames: ['database.test'] });
  const task = await run.start(`
    const { lookup } = require('node:dns');
    for (const name of ['database.test', 'example.com'])
      lookup(name, (error, address) => console.log(name, error?.code ?? address));`);
  await task.exited;
  expect(task.lastLines().split('\n').sort()).toEqual(['database.test 127.0.0.1', 'example.com ENOTFOUND']);
});

it('runs the command of the task definition, and numbers tasks by their role', async () => {
  run = fakeRun();
  const other = { ...container, command: ['node', '-p', '6 * 7'] };
  const tasks = [
    await run.start(stay),
    await run.start(stay),
    await run.start(stay, { service: serviceOf('worker', other) }),
  ];
  expect(tasks.map(({ id }) => id)).toEqual(['web-1', 'web-2', 'worker-1']);
  await tasks[2]?.exited;
  expect(tasks[2]?.lastLines()).toBe('42');
});

it('says why a task cannot be started', async () => {
  run = fakeRun();
  await expect(run.start(stay, { container: { ...container, command: ['/no/such/program'] } })).rejects.toThrow(
    'web-1 could not be started: spawn /no/such/program ENOENT.',
  );
});

it('stops a task by SIGTERM, and says how it ended', async () => {
  run = fakeRun();
  const task = await run.start(`process.on('SIGTERM', () => process.exit(3)); ${stay} ${tellPid}`);
  await pidOf(task);
  expect(task.exit).toBeUndefined();
  const [exit, again] = await Promise.all([task.stop(), task.stop()]);
  expect(exit).toMatchObject({ code: 3, signal: null, killed: false });
  expect(again).toBe(exit);
  expect(task.exit).toBe(exit);
  expect(await task.stop()).toBe(exit);
});

it('kills a task that is still there after its stop timeout', async () => {
  run = fakeRun();
  const task = await run.start(`process.on('SIGTERM', () => console.log('no')); ${stay} ${tellPid}`, {
    container: { ...container, stopTimeout: 0.3 },
  });
  await pidOf(task);
  expect(await task.stop()).toMatchObject({ code: null, signal: 'SIGKILL', killed: true });
  expect(task.lastLines(1)).toBe('no');
  const [record] = run.tasks.record();
  const { startedAt = 0, stopRequestedAt = 0, exit } = record ?? {};
  expect(record).toMatchObject({ id: 'web-1', role: 'web', killed: true, exit: { code: null, signal: 'SIGKILL' } });
  expect(stopRequestedAt).toBeGreaterThan(startedAt);
  expect((exit?.at ?? 0) - stopRequestedAt).toBeGreaterThanOrEqual(295);
});

it('refuses a health check that it does not know, before anything is started', async () => {
  run = fakeRun();
  const odd = checked({ command: ['test', '-f', 'ready'] });
  await expect(run.start(stay, { container: odd })).rejects.toThrow(
    'The health check ["test","-f","ready"] is not known',
  );
  expect(run.tasks.record()).toEqual([]);
});

it('ends what a task has started together with it', async () => {
  run = fakeRun();
  const task = await run.start(`
    const { spawn } = require('node:child_process');
    console.log('pid', spawn('sleep', ['1000']).pid, '.'); ${stay}`);
  const pid = await pidOf(task);
  expect(isRunning(pid)).toBe(true);
  await task.stop();
  await eventually(() => !isRunning(pid));
});

it('does not show a variable that cannot be passed on', async () => {
  run = fakeRun();
  const environment = { TOKEN: 'a secret\0 value' };
  const starting = run.start(stay, { container: { ...container, environment } });
  await expect(starting).rejects.toThrow('web-1 could not be started: ERR_INVALID_ARG_VALUE.');
});

it('notices that a task ends by itself', async () => {
  run = fakeRun();
  const task = await run.start('process.stderr.write("no database\\n"); process.exitCode = 1;', {
    colour: 'green',
    deployment: 'a release',
  });
  expect(await task.exited).toMatchObject({ code: 1, signal: null, killed: false });
  expect(task.lastLines()).toBe('no database');
  expect(run.tasks.record()).toMatchObject([{ colour: 'green', deployment: 'a release', exit: { code: 1 } }]);
});

it('calls a task healthy when its own check passes, and unhealthy after some failures', async () => {
  run = fakeRun();
  const task = await run.start(
    `const fs = require('node:fs');
     fs.writeFileSync('state', '1');
     process.on('SIGUSR2', () => fs.writeFileSync('state', '1'));
     process.on('SIGHUP', () => fs.writeFileSync('state', '0'));
     ${stay} ${tellPid}`,
    { container: checked({ startPeriod: 60 }), check: `process.exit(Number(require('fs').readFileSync('state')))` },
  );
  const pid = await pidOf(task);
  expect(task.health).toBe('UNKNOWN');
  process.kill(pid, 'SIGHUP');
  await eventually(() => task.health === 'HEALTHY');
  expect(run.tasks.record()[0]?.healthyAt).toBeGreaterThan(0);
  process.kill(pid, 'SIGUSR2');
  await eventually(() => task.health === 'UNHEALTHY');
});

it('ends a check that takes too long, which is a failure', async () => {
  run = fakeRun();
  const task = await run.start(stay, { container: checked({ timeout: 0.2, retries: 1 }), check: stay });
  await eventually(() => task.health === 'UNHEALTHY');
});

const onLinux = process.platform === 'linux' ? it : it.skip;
onLinux('lets what serves go before a task that starts, until that is healthy', async () => {
  run = fakeRun();
  const check = `process.exit(require('fs').existsSync('ready') ? 0 : 1)`;
  const begin = `process.on('SIGHUP', () => require('fs').writeFileSync('ready', ''));`;
  const task = await run.start(`${begin} ${stay} ${tellPid}`, { container: checked({ startPeriod: 60 }), check });
  const pid = await pidOf(task);
  const priority = () => readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\) /, '').split(' ')[16];
  // Where this user may not give it back, it is not taken.
  const lowered = process.getuid?.() === 0 ? '3' : '0';
  await eventually(() => priority() === lowered);
  process.kill(pid, 'SIGHUP');
  await eventually(() => task.health === 'HEALTHY' && priority() === '0');
});

it('ends all tasks at once when it is closed', async () => {
  run = fakeRun();
  const tasks = [await run.start(`${stay} ${tellPid}`), await run.start(`${stay} ${tellPid}`)];
  const pids = await Promise.all(tasks.map(pidOf));
  await run.tasks.close();
  expect(pids.map(isRunning)).toEqual([false, false]);
  expect(tasks.map(({ exit }) => exit)).toMatchObject([
    { signal: 'SIGKILL', killed: false },
    { signal: 'SIGKILL', killed: false },
  ]);
});

it('keeps the output of each task in the folder of the run', async () => {
  run = fakeRun();
  const task = await run.start('console.log("a"); console.log("b"); console.log("c");');
  await task.exited;
  expect(task.lastLines(2)).toBe('b\nc');
  expect(readFileSync(join(run.folder.logs, 'web-1.log'), 'utf8')).toBe('a\nb\nc\n');
});
