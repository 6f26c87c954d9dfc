import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Job, jobs } from '../../lib/config/jobs';
import { environmentNames, resourcesOf } from '../deployed';

const container = join(__dirname, '..', '..', 'app-image');
/** The container is compiled from src/ to dist/, file by file. */
const sourceOf = ({ entryPoint }: Pick<Job, 'entryPoint'>) =>
  entryPoint.replace(/^dist\/(.*)\.js$/, (_, path) => `src/${path}.ts`);

const contradiction = (job: Pick<Job, 'name' | 'entryPoint' | 'enabled'>, exists: boolean): string | undefined => {
  if (job.enabled === exists) return undefined;
  return exists
    ? `${job.name} has its entry point app-image/${sourceOf(job)} but never runs; set enabled: true in lib/config/jobs.ts.`
    : `${job.name} is enabled, but app-image/${sourceOf(job)} does not exist: every run would fail. Write it, or set enabled: false in lib/config/jobs.ts.`;
};

it.each(jobs.map((job) => [job.name, job] as const))(
  '%s is enabled once the container has its entry point',
  (_, job) => {
    expect(job.entryPoint).toMatch(/^dist\/jobs\/[a-z-]+\.js$/);
    expect(contradiction(job, existsSync(join(container, sourceOf(job))))).toBeUndefined();
  },
);

it('a job without an entry point, and an entry point without its job, would be seen', () => {
  const job = { name: 'Retention', entryPoint: 'dist/jobs/retention.js' };
  expect(contradiction({ ...job, enabled: true }, false)).toMatch(/app-image\/src\/jobs\/retention\.ts does not exist/);
  expect(contradiction({ ...job, enabled: false }, true)).toMatch(/never runs/);
  expect(contradiction({ ...job, enabled: true }, true)).toBeUndefined();
});

describe.each(environmentNames)('in %s', (environment) => {
  const resources = resourcesOf(environment);
  const scheduled = resources
    .filter(({ Type }) => Type === 'AWS::Scheduler::Schedule')
    .map(({ Properties }) => {
      const { Ref } = Properties.Target.EcsParameters.TaskDefinitionArn;
      const task = resources.find(({ logicalId }) => logicalId === Ref);
      const [{ Command, Environment }] = task?.Properties.ContainerDefinitions ?? [];
      return { Properties, Command, variables: Environment.map(({ Name }: { Name: string }) => Name) };
    });

  it('exactly the enabled jobs run', () => {
    expect(scheduled.map(({ Command, Properties }) => ({ Command, State: Properties.State }))).toEqual(
      jobs.map(({ entryPoint, enabled }) => ({
        Command: ['node', entryPoint],
        State: enabled ? 'ENABLED' : 'DISABLED',
      })),
    );
  });

  it('each runs at its own time, in UTC, when India sleeps', () => {
    const times = scheduled.map(({ Properties }) => Properties.ScheduleExpression);
    expect(new Set(times).size).toBe(jobs.length);
    for (const { Properties } of scheduled) {
      expect(Properties.ScheduleExpressionTimezone).toBe('Etc/UTC');
      const [minute, hour] = /^cron\((\d+) (\d+) /.exec(Properties.ScheduleExpression)?.slice(1).map(Number) ?? [];
      // India is 5:30 ahead: from midnight to five in the morning.
      const minutesInIndia = ((hour as number) * 60 + (minute as number) + 330) % 1440;
      expect(minutesInIndia).toBeLessThan(5 * 60);
    }
  });

  it('none takes requests or queues: a job has no process role', () => {
    for (const { variables } of scheduled) expect(variables).not.toContain('PROCESS_ROLE');
  });
});
