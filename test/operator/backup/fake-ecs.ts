import { randomBytes } from 'node:crypto';
import type { RunTaskRequest } from '@aws-sdk/client-ecs';

/** What a task runs, in place of a host's container engine. */
export interface FakeContainer {
  /** Resolves with the exit code. */
  run(command: readonly string[], log: (line: string) => Promise<void>): Promise<number>;
}

export interface FakeTask {
  readonly taskArn: string;
  readonly taskDefinitionArn: string;
  readonly startedBy?: string;
  readonly command: readonly string[];
  /** Seconds since 1970, as it goes over the wire. */
  readonly createdAt: number;
  lastStatus: string;
  containerInstanceArn?: string;
  stoppedAt?: number;
  stopCode?: string;
  stoppedReason?: string;
  exitCode?: number;
  reason?: string;
  /** The container has ended, which ECS tells after it has told that it runs. */
  ended?: Partial<FakeTask>;
}

const region = 'arn:aws:ecs:ap-south-1:123456789012';
export const cluster = `${region}:cluster/staging`;
export const definitionArn = (family: string): string => `${region}:task-definition/${family}:3`;
const now = () => Date.now() / 1000;

/**
 * The calls of ECS about tasks, which the emulator of AWS never ends. Each look at a task takes it one step further, and
 * what it runs ends it. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/
 */
export class FakeEcs {
  readonly calls: { readonly action: string; readonly input: Record<string, unknown> }[] = [];
  /** By family: the command of its container. */
  readonly families = new Map<string, readonly string[]>();
  tasks: FakeTask[] = [];
  container: FakeContainer = { run: async () => 0 };
  /** What RunTask says instead of starting one. */
  failures: readonly { readonly arn?: string; readonly reason: string; readonly detail?: string }[] = [];
  /** No host takes a task as long as this is not 0; a look takes one away. */
  looksWithoutHost = 1;
  /** ECS cannot start the container: why. */
  cannotStart: string | undefined;
  /** Looks after RunTask for which ECS does not know the task yet. */
  unknownLooks = 0;
  private readonly tokens = new Map<string, FakeTask>();

  /** @param log writes a line to a log stream */
  constructor(private readonly log: (stream: string, line: string) => Promise<void>) {}

  reset(): void {
    this.calls.length = 0;
    this.tasks = [];
    this.tokens.clear();
    Object.assign(this, { failures: [], looksWithoutHost: 1, cannotStart: undefined, unknownLooks: 0 });
    this.container = { run: async () => 0 };
  }

  // biome-ignore lint/suspicious/noExplicitAny: as it comes over the wire
  answer(action: string, input: any): object {
    this.calls.push({ action, input });
    switch (action) {
      case 'RunTask':
        return this.runTask(input);
      case 'ListTasks': {
        const its = this.tasks.filter(
          (task) => task.taskDefinitionArn === definitionArn(input.family) && task.lastStatus !== 'STOPPED',
        );
        return { taskArns: its.map(({ taskArn }) => taskArn) };
      }
      case 'DescribeTasks':
        return this.describe(input.tasks[0]);
      case 'DescribeTaskDefinition': {
        const [family = ''] = String(input.taskDefinition).split('/').at(-1)?.split(':') ?? [];
        const command = this.families.get(family);
        if (command === undefined) return error('ClientException');
        return { taskDefinition: { family, containerDefinitions: [containerDefinition(family, command)] } };
      }
      default:
        return error('UnknownOperationException');
    }
  }

  private runTask(input: RunTaskRequest): object {
    const known = this.tokens.get(input.clientToken ?? '');
    if (known !== undefined) return { tasks: [wire(known)], failures: [] };
    if (this.failures.length > 0) return { tasks: [], failures: this.failures };
    const [family = ''] = String(input.taskDefinition).split('/').at(-1)?.split(':') ?? [];
    const [override] = input.overrides?.containerOverrides ?? [];
    const task: FakeTask = {
      taskArn: `${region}:task/staging/${randomBytes(16).toString('hex')}`,
      taskDefinitionArn: definitionArn(family),
      startedBy: input.startedBy,
      command: override?.command ?? this.families.get(family) ?? [],
      ...{ createdAt: now(), lastStatus: 'PROVISIONING' },
    };
    this.tasks.push(task);
    this.tokens.set(input.clientToken ?? '', task);
    return { tasks: [wire(task)], failures: [] };
  }

  private describe(idOrArn: string): object {
    const task = this.tasks.find(({ taskArn }) => taskArn === idOrArn || taskArn.endsWith(`/${idOrArn}`));
    if (task === undefined || this.unknownLooks > 0) {
      this.unknownLooks -= 1;
      return { tasks: [], failures: [{ arn: idOrArn, reason: 'MISSING' }] };
    }
    const seen = wire(task);
    this.step(task);
    return { tasks: [seen], failures: [] };
  }

  private step(task: FakeTask): void {
    if (task.lastStatus === 'PROVISIONING') {
      if (this.looksWithoutHost > 0) this.looksWithoutHost -= 1;
      else Object.assign(task, { lastStatus: 'PENDING', containerInstanceArn: `${region}:container-instance/1` });
    } else if (task.lastStatus === 'PENDING') {
      if (this.cannotStart === undefined) this.startContainer(task);
      else stop(task, { stopCode: 'TaskFailedToStart', stoppedReason: this.cannotStart, stoppedAt: now() });
    } else if (task.ended !== undefined) stop(task, task.ended);
  }

  private startContainer(task: FakeTask): void {
    task.lastStatus = 'RUNNING';
    const stream = `app/app/${task.taskArn.split('/').at(-1)}`;
    const how = { stopCode: 'EssentialContainerExited', stoppedReason: 'Essential container in task exited' };
    void this.container
      .run(task.command, (line) => this.log(stream, line))
      .then((exitCode) => (task.ended = { ...how, exitCode, stoppedAt: now() }));
  }
}

function stop(task: FakeTask, how: Partial<FakeTask>): void {
  Object.assign(task, { lastStatus: 'STOPPED', ...how });
}

const error = (type: string): object => ({ __type: type, message: `${type} of the fake` });

function wire({ exitCode, reason, command: _, ended: __, ...task }: FakeTask): object {
  const container = { name: 'app', lastStatus: task.lastStatus, exitCode, reason };
  return { ...task, clusterArn: cluster, containers: [container] };
}

const containerDefinition = (family: string, command: readonly string[]) => ({
  ...{ name: 'app', image: 'image', essential: true, command },
  logConfiguration: {
    logDriver: 'awslogs',
    options: { 'awslogs-group': family, 'awslogs-stream-prefix': 'app', 'awslogs-region': 'ap-south-1' },
  },
});
