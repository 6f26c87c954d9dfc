import { explainFailure, runTaskRequest } from '../../../operator/backup/task-run';

const task = { cluster: 'cluster', taskDefinition: 'job:3', request: { cluster: 'cluster', taskDefinition: 'job:3' } };
const definition = { family: 'job', container: 'app', command: ['node', 'dist/jobs/job.js'] };

it("puts arguments behind the container's own command", () => {
  expect(runTaskRequest({ task, definition, args: ['--backup', 'KEY'], clientToken: 'token' })).toEqual({
    ...{ cluster: 'cluster', taskDefinition: 'job:3', startedBy: 'npm-run-backup', clientToken: 'token' },
    overrides: { containerOverrides: [{ name: 'app', command: ['node', 'dist/jobs/job.js', '--backup', 'KEY'] }] },
  });
});

it('overrides with what the schedule overrides, where nothing else is asked for', () => {
  const overrides = { containerOverrides: [{ name: 'app', command: ['other'] }] };
  const scheduled = { ...task, request: { ...task.request, overrides } };
  expect(runTaskRequest({ task: scheduled, definition, clientToken: 'token' }).overrides).toEqual(overrides);
});

it.each([
  [{ reason: 'RESOURCE:MEMORY' }, 'RESOURCE:MEMORY: no host has as much left'],
  [{ reason: 'EMPTY CAPACITY PROVIDER' }, 'EMPTY CAPACITY PROVIDER: there is no host'],
  [{ reason: 'AGENT', detail: 'i-1' }, 'AGENT (i-1): the agent of a host is not connected'],
  [{ reason: 'Something new' }, 'Something new'],
  [{}, 'no reason'],
])('explains %j', (failure, text) => {
  expect(explainFailure(failure).startsWith(text)).toBe(true);
});
