import type { Container, ContainerHealthCheck } from './deployment';
import type { Resource, Resources } from './resources';
import type { ContainerDefinition } from './service-properties';

type TaskDefinition = Resource<'AWS::ECS::TaskDefinition'>;

/** The container of a task definition that is told its role, beside sidecars that are not. */
export function roleContainer(
  resources: Resources,
  taskDefinition: TaskDefinition,
): { readonly role: string; readonly definition: ContainerDefinition } | undefined {
  const { ContainerDefinitions = [] } = resources.read(taskDefinition, 'ContainerDefinitions');
  for (const definition of ContainerDefinitions) {
    const role = definition.Environment?.find(({ Name }) => Name === 'PROCESS_ROLE')?.Value;
    if (role !== undefined) return { role, definition };
  }
  return undefined;
}

/** Defaults are those of https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html */
export function readContainer(
  resources: Resources,
  taskDefinition: TaskDefinition,
  definition: ContainerDefinition,
): Container {
  const { LinuxParameters: linux = {}, PortMappings: [mapping] = [], ...stated } = definition;
  const task = resources.read(taskDefinition, 'Cpu', 'Memory');
  const memory = stated.Memory ?? stated.MemoryReservation ?? task.Memory;
  if (memory === undefined)
    throw new Error(
      `${taskDefinition.stack.environment}/${taskDefinition.stack.id}: ${taskDefinition.logicalId} states no memory for its container ${definition.Name}; ECS refuses it, so state Memory.`,
    );
  return {
    taskDefinition: taskDefinition.logicalId,
    command: stated.Command,
    environment: Object.fromEntries((stated.Environment ?? []).map(({ Name, Value }) => [Name, String(Value)])),
    secrets: Object.fromEntries((stated.Secrets ?? []).map(({ Name, ValueFrom }) => [Name, ValueFrom])),
    user: stated.User,
    readonlyRootFilesystem: stated.ReadonlyRootFilesystem ?? false,
    cpuUnits: Number(stated.Cpu ?? task.Cpu ?? 0),
    memoryMiB: Number(memory),
    initProcess: linux.InitProcessEnabled ?? false,
    droppedCapabilities: linux.Capabilities?.Drop ?? [],
    tmpfs: (linux.Tmpfs ?? []).map(({ ContainerPath: path = '', Size, MountOptions: options = [] }) => ({
      path,
      sizeMiB: Number(Size),
      options,
    })),
    ulimits: (stated.Ulimits ?? []).map(({ Name: name, SoftLimit, HardLimit }) => ({
      name,
      soft: Number(SoftLimit),
      hard: Number(HardLimit),
    })),
    // ECS_CONTAINER_STOP_TIMEOUT of the agent, which the hosts leave as it is.
    stopTimeout: Number(stated.StopTimeout ?? 30),
    healthCheck: readHealthCheck(stated.HealthCheck),
    port: mapping?.ContainerPort === undefined ? undefined : Number(mapping.ContainerPort),
  };
}

/** Defaults are those of https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html */
function readHealthCheck(stated: ContainerDefinition['HealthCheck']): ContainerHealthCheck | undefined {
  return (
    stated?.Command && {
      command: stated.Command,
      interval: Number(stated.Interval ?? 30),
      timeout: Number(stated.Timeout ?? 5),
      retries: Number(stated.Retries ?? 3),
      startPeriod: Number(stated.StartPeriod ?? 0),
    }
  );
}
