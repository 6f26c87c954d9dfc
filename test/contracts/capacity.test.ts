import { type HostInstanceType, type HostShape, hostShapes } from '../../lib/config/instance-types';
import { type CfnResource, environmentNames, type StackId, stackOf } from '../deployed';

interface Task {
  readonly cpu: number;
  readonly memory: number;
  readonly connections: number;
}

/** MiB that the agent and the system keep from tasks; ECS registers a host with less memory than it has. */
const hostReserve = 768;
/** Connections of PostgreSQL's superusers, of RDS itself, and of people with psql in an incident. */
const reservedConnections = 20;

/**
 * Hosts that hold the tasks, each task put on the first host with room. ECS's binpack places no better,
 * and a task in awsvpc mode takes a network interface beside the host's own.
 */
function hostsFor(tasks: readonly Task[], shape: HostShape): number {
  const hosts: { cpu: number; memory: number; interfaces: number }[] = [];
  for (const task of [...tasks].sort((a, b) => b.memory - a.memory)) {
    const room = hosts.find(
      ({ cpu, memory, interfaces }) => cpu >= task.cpu && memory >= task.memory && interfaces > 0,
    );
    const host = room ?? {
      cpu: shape.vcpus * 1024,
      memory: shape.memoryMiB - hostReserve,
      interfaces: shape.networkInterfaces - 1,
    };
    if (host.cpu < task.cpu || host.memory < task.memory || host.interfaces < 1) return Number.POSITIVE_INFINITY;
    host.cpu -= task.cpu;
    host.memory -= task.memory;
    host.interfaces -= 1;
    if (room === undefined) hosts.push(host);
  }
  return hosts.length;
}

// biome-ignore lint/suspicious/noExplicitAny: a template is JSON of any shape
type Json = any;

describe.each(environmentNames)('in %s', (environment) => {
  const resources = (stack: StackId) => stackOf(environment, stack).template.Resources;
  const service = resources('service');
  const properties = (type: string, of: Readonly<Record<string, CfnResource>> = service): Json[] =>
    Object.values(of)
      .filter(({ Type }) => Type === type)
      .map(({ Properties }) => Properties);
  const taskOf = (definition: { Ref: string }): Task => {
    const [container] = (service[definition.Ref] as CfnResource).Properties.ContainerDefinitions;
    const limit = container.Environment.find(({ Name }: Json) => Name === 'DB_CONNECTION_LIMIT');
    return { cpu: container.Cpu, memory: container.Memory, connections: Number(limit.Value) };
  };
  const times = (count: number, task: Task): Task[] => Array.from({ length: count }, () => task);

  /** The worst moment: web at its scaling maximum on both colours, the worker rolling, a job. */
  const peak = () => {
    const [scaling] = properties('AWS::ApplicationAutoScaling::ScalableTarget');
    const tasks = properties('AWS::ECS::Service').flatMap((one) => {
      const { Strategy, MaximumPercent } = one.DeploymentConfiguration;
      const most = one.DesiredCount ?? scaling.MaxCapacity;
      const factor = Strategy === 'BLUE_GREEN' ? 2 : MaximumPercent / 100;
      return times(Math.ceil(most * factor), taskOf(one.TaskDefinition));
    });
    const jobs = properties('AWS::Scheduler::Schedule').map(({ Target }) =>
      taskOf(Target.EcsParameters.TaskDefinitionArn),
    );
    const largestJob = jobs.sort((a, b) => b.memory - a.memory)[0] as Task;
    return [...tasks, largestJob];
  };

  it('both colours, the worker twice and a job fit on the hosts', () => {
    const [group] = properties('AWS::AutoScaling::AutoScalingGroup');
    const [template] = properties('AWS::EC2::LaunchTemplate');
    const shape = hostShapes[template.LaunchTemplateData.InstanceType as HostInstanceType];
    expect(shape).toBeDefined();
    expect(peak().length).toBeGreaterThanOrEqual(4);
    expect(hostsFor(peak(), shape)).toBeLessThanOrEqual(Number(group.MaxSize));
  });

  it('their connections fit on the database', () => {
    const data = resources('data');
    const [{ Parameters }] = properties('AWS::RDS::DBParameterGroup', data) as [Json];
    const connections = peak().reduce((sum, task) => sum + task.connections, reservedConnections);
    expect(connections).toBeGreaterThan(reservedConnections);
    expect(connections).toBeLessThanOrEqual(Number(Parameters.max_connections));
  });

  it('a release starts with tasks to double', () => {
    const [scaling] = properties('AWS::ApplicationAutoScaling::ScalableTarget');
    expect(scaling.MinCapacity).toBeGreaterThanOrEqual(1);
    expect(scaling.MaxCapacity).toBeGreaterThanOrEqual(scaling.MinCapacity);
  });
});

describe('the count of hosts', () => {
  const shape: HostShape = { vcpus: 2, memoryMiB: 8192, networkInterfaces: 3 };
  const task = { cpu: 256, memory: 512, connections: 1 };

  it.each([
    ['network interfaces', task, 5, 3],
    ['CPU', { ...task, cpu: 2048 }, 3, 3],
    ['memory', { ...task, memory: 5000 }, 2, 2],
    ['one task too large for any', { ...task, memory: 8192 }, 1, Number.POSITIVE_INFINITY],
  ])('is bound by %s', (_, one, count, hosts) => {
    expect(hostsFor(Array(count).fill(one), shape)).toBe(hosts);
  });
});
