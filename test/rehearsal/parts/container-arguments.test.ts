import type { Container } from '../../../rehearsal/assembly/deployment';
import { type ContainerRun, runArguments } from '../../../rehearsal/parts/container-arguments';
import { container } from './tasks-of-a-run';

const run: ContainerRun = {
  name: 'run-web-1',
  tag: 'image:1',
  labels: { run: 'this' },
  variables: ['APP_ENV', 'SECRETS_JSON'],
  hostNames: ['database.test', 'cache.test'],
  readable: { '/rehearsal/ca.pem': '/tmp/run/ca.pem' },
  port: 20_001,
};

/** Those of these options, with what follows each. */
const valuesOf = (option: string, args: readonly string[]) =>
  args.flatMap((arg, index) => (arg === option ? [args[index + 1]] : []));

it('locks a container down as its task definition says', () => {
  const lockedDown: Container = {
    ...container,
    user: '1001:1001',
    tmpfs: [{ path: '/tmp', sizeMiB: 64, options: ['noexec', 'nosuid'] }],
    ulimits: [{ name: 'nofile', soft: 1024, hard: 65_536 }],
    stopTimeout: 5.5,
    command: ['node', 'dist/jobs/retention.js'],
  };
  expect(runArguments(lockedDown, run, 'linux')).toEqual([
    ...['run', '--pull', 'never', '--rm', '--name', 'run-web-1', '--label', 'run=this'],
    ...['--network', 'host', '--dns', '127.0.0.1'],
    ...['--add-host', 'database.test:127.0.0.1', '--add-host', 'cache.test:127.0.0.1'],
    ...['--user', '1001:1001', '--read-only', '--memory', '2048m', '--cpu-shares', '1024', '--init'],
    ...['--cap-drop', 'ALL', '--tmpfs', '/tmp:rw,noexec,nosuid,size=64m', '--ulimit', 'nofile=1024:65536'],
    ...['--stop-timeout', '6', '--no-healthcheck', '--volume', '/tmp/run/ca.pem:/rehearsal/ca.pem:ro'],
    ...['--env', 'APP_ENV', '--env', 'SECRETS_JSON', 'image:1', 'node', 'dist/jobs/retention.js'],
  ]);
});

it.each<{ title: string; change: Partial<Container>; absent: string }>([
  { title: 'a user', change: {}, absent: '--user' },
  { title: 'a read-only root', change: { readonlyRootFilesystem: false }, absent: '--read-only' },
  { title: 'an init process', change: { initProcess: false }, absent: '--init' },
  { title: 'dropped capabilities', change: { droppedCapabilities: [] }, absent: '--cap-drop' },
])('asks for $title only where the task definition does', ({ change, absent }) => {
  const args = runArguments({ ...container, ...change }, run, 'linux');
  expect(args).not.toContain(absent);
  expect(args.at(-1)).toBe('image:1');
});

it.each([
  { cpuUnits: 1024, cpuPart: 0.1, shares: '103' },
  { cpuUnits: 10, cpuPart: 0.1, shares: '2' },
  { cpuUnits: 512, cpuPart: undefined, shares: '512' },
])('gives a part of the processors: $cpuUnits by $cpuPart', ({ cpuUnits, cpuPart, shares }) => {
  const args = runArguments({ ...container, cpuUnits }, { ...run, cpuPart }, 'linux');
  expect(valuesOf('--cpu-shares', args)).toEqual([shares]);
});

it('asks for no more open files than the machine has', () => {
  const ulimits = [
    { name: 'nofile', soft: 1024, hard: 65_536 },
    { name: 'nproc', soft: 65_536, hard: 65_536 },
  ];
  const args = runArguments({ ...container, ulimits }, { ...run, openFiles: 20_000 }, 'linux');
  expect(valuesOf('--ulimit', args)).toEqual(['nofile=1024:20000', 'nproc=65536:65536']);
});

it('publishes the port, and reaches the machine outside, where the engine is in a virtual one', () => {
  const args = runArguments(container, run, 'darwin');
  expect(valuesOf('--publish', args)).toEqual(['127.0.0.1:20001:8000']);
  expect(valuesOf('--add-host', args)).toEqual(['database.test:host-gateway', 'cache.test:host-gateway']);
  expect(args).not.toContain('--network');
  expect(runArguments({ ...container, port: undefined }, run, 'darwin')).not.toContain('--publish');
});
