import type { App, Stage } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { contract } from '../../app-image/src/config/contract';
import type { Variable } from '../../app-image/src/config/variable';
import { compose } from '../synthesise';

const composed = (): App => compose({ context: { environments: 'development' } });
const stage = (app: App) => app.node.findChild('development') as Stage;

function containerOf(app: App, task: string): ecs.ContainerDefinition {
  const found = stage(app).node.tryFindChild('service')?.node.findAll();
  const container = found?.find((each) => each.node.path === `development/service/${task}/app`);
  if (!(container instanceof ecs.ContainerDefinition)) throw new Error(`no container in ${task}`);
  return container;
}

/** The lines of what the synth fails with. */
function failures(synth: () => unknown): string[] {
  try {
    synth();
  } catch (error) {
    return String(error)
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
  return [];
}

const at = (sentence: string) => `[development/service/Application] ${sentence}`;
const every = ['Web', 'Worker', 'Jobs/DatabaseBackup', 'Jobs/RestoreCheck', 'Jobs/Retention'];
const everyTask = every.map((name) => (name.startsWith('Jobs') ? `${name}Task` : `${name}/Task`));

it('lets pass what is composed', () => expect(failures(() => composed().synth())).toEqual([]));

it.each(everyTask)('a variable that the contract does not have fails the synth, in %s', (task) => {
  const app = composed();
  containerOf(app, task).addEnvironment('DB_HOTS', 'x');
  const expected = at(
    `DB_HOTS: not in the contract, so the container does not read it; did you mean DB_HOST? In ${task}.`,
  );
  expect(failures(() => app.synth())).toEqual([expected]);
});

it('the stage alone fails as well', () => {
  const app = composed();
  containerOf(app, 'Web/Task').addEnvironment('DB_HOTS', 'x');
  expect(failures(() => stage(app).synth())).toHaveLength(1);
});

it('says everything at once, each mismatch with the tasks that have it', () => {
  const app = composed();
  for (const task of ['Web/Task', 'Worker/Task']) containerOf(app, task).addEnvironment('PORT', '80a');
  const job = containerOf(app, 'Jobs/RetentionTask');
  job.addEnvironment('MASTER_PASSWORD', 'hunter2hunter2hunter2');
  job.addEnvironment('AWS_ACCESS_KEY_ID', 'hunter2hunter2hunter2');
  job.addEnvironment('MAS_WEBSITE_URL', 'http://localhost:3000');
  const lines = failures(() => app.synth());
  expect(lines).toEqual([
    at('PORT: "80a" must be a whole number from 1 to 65535. In Web/Task, Worker/Task.'),
    at(
      'MASTER_PASSWORD: a secret, and whoever may read a task definition reads it; pass it as an ECS secret or in the JSON secret. In Jobs/RetentionTask.',
    ),
    at(
      'AWS_ACCESS_KEY_ID: a secret, and whoever may read a task definition reads it; pass it as an ECS secret or in the JSON secret. In Jobs/RetentionTask.',
    ),
    at(
      'MAS_WEBSITE_URL: "http://localhost:3000" points to this machine; state the address in the deployed environment. In Jobs/RetentionTask.',
    ),
  ]);
  expect(lines.join()).not.toContain('hunter2');
});

it('a name that is a variable and an ECS secret fails the synth', () => {
  const app = composed();
  const web = containerOf(app, 'Web/Task');
  web.addEnvironment('REDIS_PASSWORD', 'hunter2');
  expect(failures(() => app.synth())).toEqual([
    at('REDIS_PASSWORD: wired twice, and ECS takes a name once; remove one of them. In Web/Task.'),
    at(
      'REDIS_PASSWORD: a secret, and whoever may read a task definition reads it; pass it as an ECS secret or in the JSON secret. In Web/Task.',
    ),
  ]);
});

describe('with another contract', () => {
  const variables = contract as Record<string, Variable>;
  const original = { ...contract };
  afterEach(() => {
    for (const name of Object.keys(variables)) if (!(name in original)) delete variables[name];
    Object.assign(variables, original);
  });

  it.each([
    [
      undefined,
      'lib/constructs/container-environment.ts, or to lib/constructs/application.ts if it depends on the task',
    ],
    [true, 'the secrets in lib/constructs/application.ts'],
  ] as const)('one that is new and not wired fails the synth (secret: %s)', (secret, place) => {
    variables.QUEUE_URL = { description: 'x', source: 'infrastructure', type: 'text', required: 'deployed', secret };
    expect(failures(() => composed().synth())).toEqual([
      at(
        `QUEUE_URL: the contract says that the infrastructure sets it, and the container does not get it; add it to ${place}. In ${everyTask.join(', ')}.`,
      ),
    ]);
  });

  it('one that is gone and still wired fails the synth', () => {
    delete variables.MAS_ASSETS_CDN_URL;
    expect(failures(() => composed().synth())).toEqual([
      expect.stringMatching(/\] MAS_ASSETS_CDN_URL: not in the contract.*In Web\/Task, Worker\/Task, Jobs/),
    ]);
  });

  it('one that moved into the JSON secret and is still wired fails the synth', () => {
    variables.DB_NAME = { description: 'x', source: 'secret', type: 'text' };
    expect(failures(() => composed().synth())).toEqual([
      expect.stringContaining('] DB_NAME: the contract has it in the JSON secret, which reaches the container whole'),
    ]);
  });
});
