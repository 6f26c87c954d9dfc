import type { Resource } from '../assembly/guarded-stack';
import { at } from '../compare/json-value';

interface DriftProne {
  readonly type: string;
  readonly property: string;
  /** In which other circumstances. @default - in all */
  readonly where?: (resource: Resource) => boolean;
  /** Who else changes it, and what a deployment then does. */
  readonly reason: string;
}

/** Properties that something beside CloudFormation changes: a template that states them writes an old value back. */
export const driftProne: readonly DriftProne[] = [
  {
    type: 'AWS::ECS::Service',
    property: 'DesiredCount',
    where: ({ Properties }) => JSON.stringify(Properties?.LoadBalancers ?? []) !== '[]',
    reason: 'Scaling moves the number of web tasks; every deployment would set it back, under load as well.',
  },
  {
    type: 'AWS::AutoScaling::AutoScalingGroup',
    property: 'DesiredCapacity',
    reason: 'The capacity provider moves the number of hosts; every deployment would set it back.',
  },
  {
    type: 'AWS::RDS::DBInstance',
    property: 'EngineVersion',
    where: ({ Properties }) =>
      /^\d+\.\d+/.test(String(Properties?.EngineVersion)) && Properties?.AutoMinorVersionUpgrade !== false,
    reason: 'RDS upgrades the minor version by itself, and refuses a deployment that states an older one.',
  },
  {
    type: 'AWS::RDS::DBInstance',
    property: 'AllocatedStorage',
    where: ({ Properties }) => at(Properties, 'MaxAllocatedStorage') !== undefined,
    reason: 'Storage grows by itself, and RDS refuses a deployment that states less than there is.',
  },
];
