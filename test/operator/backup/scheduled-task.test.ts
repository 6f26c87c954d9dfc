import { SchedulerClient } from '@aws-sdk/client-scheduler';
import {
  type BackupJob,
  scheduledTask,
  scheduleLogicalId,
  scheduleType,
} from '../../../operator/backup/scheduled-task';
import { environmentNames, resourcesOf } from '../../deployed';
import { motoTests } from '../../moto';
import { account, BackupSite } from './backup-site';

const moto = motoTests('Schedules were not looked for.');
const { why } = moto;
const target = { environment: 'staging', account } as const;

describe.each(environmentNames)('as %s is deployed', (environment) => {
  const resources = resourcesOf(environment);

  it.each([
    ['DatabaseBackup', 'dist/jobs/db-backup.js'],
    ['RestoreCheck', 'dist/jobs/db-restore-check.js'],
  ] as const)('%s is found by its logical id, and nothing else is', (job, entryPoint) => {
    const found = resources.filter(
      ({ Type, logicalId }) => Type === scheduleType && scheduleLogicalId(job).test(logicalId),
    );
    expect(found).toHaveLength(1);
    const { Ref } = found[0]?.Properties.Target.EcsParameters.TaskDefinitionArn ?? {};
    const [container, ...more] =
      resources.find(({ logicalId }) => logicalId === Ref)?.Properties.ContainerDefinitions ?? [];
    expect(more).toEqual([]);
    expect(container).toMatchObject({ Essential: true, Command: ['node', entryPoint] });
    expect(container.LogConfiguration).toMatchObject({
      LogDriver: 'awslogs',
      Options: { 'awslogs-group': { Ref: expect.any(String) }, 'awslogs-stream-prefix': expect.any(String) },
    });
  });
});

describe('in an account', () => {
  let site: BackupSite;
  let scheduler: SchedulerClient;
  const find = (job: BackupJob) => scheduledTask(scheduler, target, job);
  beforeAll(async () => {
    if (!moto.found) return;
    site = await BackupSite.start();
    scheduler = new SchedulerClient({ region: 'ap-south-1' });
  });
  afterAll(async () => {
    scheduler?.destroy();
    await site?.stop();
  });

  moto.it(`says what to deploy where there is no schedule${why}`, async () => {
    const { resources } = site.front;
    site.front.resources = resources.filter(({ logicalId }) => logicalId.startsWith('JobsRestoreCheck'));
    await expect(find('DatabaseBackup')).rejects.toThrow(
      "mr-mentor-staging-service has no schedule DatabaseBackup in this account and region yet. npx cdk deploy 'staging/**' makes it.",
    );
    expect((await find('RestoreCheck')).request.taskDefinition).toMatch(/task-definition\/check:3$/);
    site.front.resources = resources;
  });
});
