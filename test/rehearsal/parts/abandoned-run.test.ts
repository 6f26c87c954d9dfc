import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { ContainerEngine } from '../../../rehearsal/parts/container-engine';
import { listProcesses } from '../../../rehearsal/parts/process-table';
import { createRunFolder, removeLeftovers } from '../../../rehearsal/parts/run-folder';
import { eventually } from '../../eventually';
import { isRunning } from '../../local/processes';

const ROOT = join(__dirname, '..', '..', '..');
const children: ReturnType<typeof spawn>[] = [];
let parent: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'mr-mentor-abandoned-'));
});
afterEach(async () => {
  await removeLeftovers(undefined, parent);
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(parent, { recursive: true, force: true });
});

function start(command: string, args: readonly string[], argv0?: string) {
  const child = spawn(command, args, { argv0, cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return child;
}

/** A rehearsal in a process of its own, with one task that ignores SIGTERM. */
async function rehearsal() {
  const child = start(process.execPath, [
    ...['--require', 'tsx/cjs', '--eval'],
    `const { createRunFolder } = require('./rehearsal/parts/run-folder');
     const { startTasks } = require('./rehearsal/parts/tasks');
     const { container, serviceOf } = require('./test/rehearsal/parts/tasks-of-a-run');
     const runFolder = createRunFolder(${JSON.stringify(parent)});
     const tasks = startTasks({ runFolder, secretValue: async () => '', platform: {}, hostNames: [] });
     const command = ['node', '-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'];
     const own = { ...container, command };
     const image = { revision: 'fake', folder: runFolder.path };
     tasks.start({ service: serviceOf('web', own), container: own, image }).then(() => console.log(runFolder.path));`,
  ]);
  const [line] = await once(child.stdout ?? child, 'data');
  const folder = String(line).trim();
  const pidOf = (name: string) => Number(listProcesses().find((each) => each.name === join(folder, name))?.pid);
  return { child, folder, agent: pidOf('agent'), task: pidOf('web-1') };
}

/** Of the processes that name themselves for this folder. */
const names = (folder: string) =>
  listProcesses().flatMap(({ name }) => (name.startsWith(`${folder}/`) ? [basename(name)] : []));

it('leaves no task when it is ended by SIGKILL, and its folder to the next', async () => {
  const { child, folder, agent, task } = await rehearsal();
  expect([agent, task].map(isRunning)).toEqual([true, true]);
  child.kill('SIGKILL');
  await eventually(() => ![agent, task].some(isRunning));
  expect(existsSync(folder)).toBe(true);
  expect(await removeLeftovers(undefined, parent)).toEqual({ processes: 0, containers: 0, folders: 1 });
  expect(existsSync(folder)).toBe(false);
});

it('ends the tasks that lost their agent', async () => {
  const { child, agent, task } = await rehearsal();
  const exited = once(child, 'exit');
  process.kill(agent, 'SIGKILL');
  // Whoever started them sees to it.
  await eventually(() => !isRunning(task));
  child.kill('SIGKILL');
  await exited;
});

it('removes what a rehearsal left that was killed together with its agent, and nothing else', async () => {
  const [killed, alive] = await Promise.all([rehearsal(), rehearsal()]);
  killed.child.kill('SIGSTOP');
  process.kill(killed.agent, 'SIGKILL');
  killed.child.kill('SIGKILL');
  await once(killed.child, 'exit');
  await eventually(() => !names(killed.folder).includes('agent'));
  expect(names(killed.folder)).toEqual(['web-1']);

  // Somebody looks at a log of it, which names the folder too.
  const log = join(killed.folder, 'tasks', 'web-1.log');
  const reader = start('tail', ['-f', log]);
  await once(reader, 'spawn');
  expect(await removeLeftovers(undefined, parent)).toEqual({ processes: 1, containers: 0, folders: 1 });
  await eventually(() => !isRunning(killed.task));
  expect([alive.task, alive.agent, Number(alive.child.pid), Number(reader.pid)].map(isRunning)).toEqual(
    Array(4).fill(true),
  );
  expect([killed.folder, alive.folder].map((folder) => existsSync(folder))).toEqual([false, true]);
});

it('is not misled by another process that has the id of a rehearsal now', async () => {
  const folder = createRunFolder(parent);
  const file = join(folder.path, 'run.json');
  const owner = JSON.parse(readFileSync(file, 'utf8'));
  expect(await removeLeftovers(undefined, parent)).toMatchObject({ folders: 0 });
  writeFileSync(file, JSON.stringify({ ...owner, processStart: 'another time' }));
  expect(await removeLeftovers(undefined, parent)).toMatchObject({ folders: 1 });
  expect(isRunning(process.pid)).toBe(true);
});

it('leaves the folders of other machines, and those that say nothing', async () => {
  const [other, silent] = [createRunFolder(parent), createRunFolder(parent)];
  const owner = { pid: 1, processStart: 'then', startedAt: 0, host: 'another-machine' };
  writeFileSync(join(other.path, 'run.json'), JSON.stringify(owner));
  rmSync(join(silent.path, 'run.json'));
  expect(await removeLeftovers(undefined, parent)).toMatchObject({ folders: 0 });
  expect([other, silent].map(({ path }) => existsSync(path))).toEqual([true, true]);
});

it('removes containers of abandoned rehearsals of this machine only', async () => {
  const [alive, abandoned] = [createRunFolder(parent), createRunFolder(parent)];
  const owner = JSON.parse(readFileSync(join(abandoned.path, 'run.json'), 'utf8'));
  writeFileSync(join(abandoned.path, 'run.json'), JSON.stringify({ ...owner, processStart: 'another time' }));
  const containers = [
    { name: 'of-alive', value: alive.label },
    { name: 'of-abandoned', value: abandoned.label },
    { name: 'of-deleted', value: abandoned.label.replace(/......$/, 'delete') },
    { name: 'of-another-machine', value: `another-machine:${abandoned.path}` },
  ];
  const removed: string[] = [];
  const engine: ContainerEngine = {
    name: 'docker',
    environment: {},
    build: async () => {},
    kill: async () => {},
    setCpuShares: async () => {},
    remove: async (name) => {
      removed.push(name);
    },
    labelled: async () => containers,
  };
  expect(await removeLeftovers(engine, parent)).toEqual({ processes: 0, containers: 2, folders: 1 });
  expect(removed.sort()).toEqual(['of-abandoned', 'of-deleted']);
});
