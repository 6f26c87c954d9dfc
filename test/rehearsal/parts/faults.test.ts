import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../../../rehearsal/record';
import type { Task } from '../../../rehearsal/release/cluster';
import { type FakeRun, fakeRun, written } from './tasks-of-a-run';

let run: FakeRun;
beforeEach(() => {
  run = fakeRun();
});
afterEach(() => run.close());

const main = `
  const { createServer } = require('node:http');
  createServer((request, response) => response.end('served'))
    .listen(process.env.PORT, '127.0.0.1', () => console.log('listening'));`;

async function broken(fault: Fault) {
  const task: Task = await run.start(main, { fault });
  await written(task, /listening/);
  return async (path: string) => (await fetch(`http://127.0.0.1:${task.port}${path}`)).status;
}

it.each<{ fault: Fault; statuses: Readonly<Record<string, number>> }>([
  { fault: 'never-healthy', statuses: { '/api/health': 500, '/api/ready': 200, '/api/leads?page=1': 200 } },
  { fault: 'failing-smoke-test', statuses: { '/api/health': 200, '/api/ready?': 503, '/api/leads': 200 } },
  { fault: 'errors-under-load', statuses: { '/api/health': 200, '/api/ready': 200, '/api/leads': 200 } },
])('$fault answers what it breaks, and leaves the rest to the service', async ({ fault, statuses }) => {
  const statusOf = await broken(fault);
  for (const [path, status] of Object.entries(statuses)) expect([path, await statusOf(path)]).toEqual([path, status]);
});

it('errors-under-load fails a fifth of what users ask, once they ask much, and no check', async () => {
  const statusOf = await broken('errors-under-load');
  const times = async (count: number, path: string) => {
    const statuses = await Promise.all(Array.from({ length: count }, () => statusOf(path)));
    return statuses.filter((status) => status === 500).length;
  };
  expect(await times(50, '/api/health')).toBe(0);
  expect(await times(53, '/api/leads')).toBe(10);
  expect(await times(50, '/socket.io/')).toBe(0);
  // A second later the load is over.
  await sleep(1_100);
  expect(await times(3, '/api/leads')).toBe(0);
});
