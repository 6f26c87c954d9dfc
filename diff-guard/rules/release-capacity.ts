import { capacitySheet } from '../../lib/config/capacity';
import type { EnvironmentConfig, ServiceSize } from '../../lib/config/environment';
import { environments } from '../../lib/config/environments';
import { databaseMemoryMiB, hostShapes } from '../../lib/config/instance-types';
import type { GuardedStack, Resource } from '../assembly/guarded-stack';
import { at, isObject, listOf } from '../compare/json-value';
import { referencesIn } from '../compare/references';

/**
 * The capacity model of lib/config/capacity.ts, fed from templates instead of configuration: what is deployed is judged,
 * also where the configuration was bypassed.
 *
 * @returns what does not fit, or undefined where the templates do not say enough to tell
 */
export function capacityFailures(stacks: readonly GuardedStack[]): string[] | undefined {
  const config = configOf(stacks);
  if (config === undefined) return undefined;
  const { hostsNeeded, hostsMax, peakTasks, peakConnections, maxConnections } = capacitySheet(config);
  const { instanceType } = config.hosts;
  return [
    ...(hostsNeeded === undefined || hostsNeeded > hostsMax
      ? [
          `${hostsMax} hosts of ${instanceType} do not hold the ${peakTasks} tasks of a release; ${hostsNeeded ?? 'no number of them'} would`,
        ]
      : []),
    ...(peakConnections > maxConnections
      ? [
          `db.${config.database.instanceClass} takes ${maxConnections} connections, a release holds up to ${peakConnections}`,
        ]
      : []),
  ];
}

function configOf(stacks: readonly GuardedStack[]): EnvironmentConfig | undefined {
  const base = Object.values(environments).find(({ name }) => name === stacks[0]?.environment);
  const all = stacks.flatMap(({ template }) => Object.entries(template.Resources));
  const ofType = (type: string) => all.filter(([, { Type }]) => Type === type);
  const services = ofType('AWS::ECS::Service');
  const tasks = new Map(ofType('AWS::ECS::TaskDefinition'));
  const [scaling] = ofType('AWS::ApplicationAutoScaling::ScalableTarget');
  const [group] = ofType('AWS::AutoScaling::AutoScalingGroup');
  const [hosts] = ofType('AWS::EC2::LaunchTemplate');
  const [database] = ofType('AWS::RDS::DBInstance');
  const web = services.find(([, { Properties }]) => listOf(Properties?.LoadBalancers).length > 0)?.[1];
  const worker = services.find(([, { Properties }]) => listOf(Properties?.LoadBalancers).length === 0)?.[1];
  if (!(base && scaling && group && hosts && database && web && worker)) return undefined;

  const instanceType = keyOf(hostShapes, at(hosts[1].Properties, 'LaunchTemplateData.InstanceType'));
  const instanceClass = keyOf(databaseMemoryMiB, String(database[1].Properties?.DBInstanceClass).replace(/^db\./, ''));
  if (instanceType === undefined || instanceClass === undefined) return undefined;
  const workers = Number(worker.Properties?.DesiredCount);
  return {
    ...base,
    hosts: { instanceType, min: Number(group[1].Properties?.MinSize), max: Number(group[1].Properties?.MaxSize) },
    database: { ...base.database, instanceClass },
    web: sizeOf(web, tasks, Number(scaling[1].Properties?.MinCapacity), Number(scaling[1].Properties?.MaxCapacity)),
    worker: sizeOf(worker, tasks, workers, workers),
  };
}

function sizeOf(
  service: Resource,
  tasks: ReadonlyMap<string, Resource>,
  minTasks: number,
  maxTasks: number,
): ServiceSize {
  const [id = ''] = referencesIn(service.Properties?.TaskDefinition);
  const containers = listOf(tasks.get(id)?.Properties?.ContainerDefinitions).filter(isObject);
  const sum = (key: string) => containers.reduce((total, container) => total + Number(container[key] ?? 0), 0);
  const connections = containers
    .flatMap(({ Environment }) => listOf(Environment))
    .find((variable) => at(variable, 'Name') === 'DB_CONNECTION_LIMIT');
  return {
    ...{ cpu: sum('Cpu'), memoryMiB: sum('Memory'), minTasks, maxTasks },
    databaseConnections: Number(at(connections, 'Value') ?? 0),
  };
}

const keyOf = <T extends object>(known: T, key: unknown): keyof T | undefined =>
  (Object.keys(known) as (keyof T)[]).find((each) => each === key);
