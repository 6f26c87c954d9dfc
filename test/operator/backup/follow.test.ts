import { elapsed, follow, Interrupted, phaseOf } from '../../../operator/backup/follow';
import type { LogPiece } from '../../../operator/backup/job-log';
import type { TaskState } from '../../../operator/backup/task-state';

const state = (status: string, more: Partial<TaskState> = {}): TaskState => ({
  ...{ arn: 'arn', status, hasHost: true, taskDefinition: 'job:3', createdAt: new Date(), ...more },
});
const done = { done: true, fields: {} };

function following(states: readonly (TaskState | undefined)[], pieces: readonly LogPiece[] = []) {
  const [read, log] = [[...states], [...pieces]];
  const told: string[] = [];
  const stopping = new AbortController();
  const followed = follow({
    read: async () => (read.length > 1 ? read.shift() : read[0]),
    log: async () => log.shift() ?? { lines: [] },
    tell: (line) => void told.push(line.replace(/^\S+ +/, '')),
    ...{ everySeconds: 0, signal: stopping.signal },
  });
  return { followed, told, stopping };
}

it('says a thing once, as long as it does not change', async () => {
  const { followed, told } = following([
    ...Array(3).fill(state('PROVISIONING', { hasHost: false })),
    ...Array(3).fill(state('RUNNING')),
    state('STOPPED'),
  ]);
  await followed;
  expect(told).toEqual([phaseOf({ status: 'PROVISIONING', hasHost: false }), 'running', 'stopped']);
});

it('waits for the last lines, which come after the end', async () => {
  const pieces = [{ lines: ['job started'] }, { lines: [] }, { lines: ['job done'], summary: done }];
  const { followed, told } = following([state('STOPPED', { exitCode: 0 })], pieces);
  expect((await followed).summary).toBe(done);
  expect(told).toEqual(['| job started', 'stopped', '| job done']);
});

it('does not wait for lines of a container that never ran', async () => {
  const pieces = [{ lines: [] }, { lines: ['never asked for'] }];
  const { followed, told } = following([state('STOPPED')], pieces);
  expect((await followed).summary).toBeUndefined();
  expect(told).toEqual(['stopped']);
});

it('ends where ECS has forgotten the task', async () => {
  await expect(following([undefined]).followed).rejects.toThrow('ECS does not know the task any more');
  await expect(following([state('RUNNING'), undefined]).followed).rejects.toThrow('it forgets them within an hour');
});

it('ends when it is told to', async () => {
  const { followed, stopping } = following([state('RUNNING')]);
  stopping.abort();
  await expect(followed).rejects.toThrow(Interrupted);
});

it.each([
  [0, '0:00'],
  [-4000, '0:00'],
  [187_000, '3:07'],
  [3_600_000, '60:00'],
])('writes %d ms as %s', (ms, text) => {
  expect(elapsed(ms)).toBe(text);
});
