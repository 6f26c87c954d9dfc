import type { NameAndValue, Numeric } from './property-values';

export interface ServiceProperties {
  readonly TaskDefinition?: string;
  readonly DesiredCount?: Numeric;
  readonly HealthCheckGracePeriodSeconds?: Numeric;
  readonly LoadBalancers?: readonly ServiceLoadBalancer[];
  readonly DeploymentConfiguration?: DeploymentConfiguration;
}
export interface ServiceLoadBalancer {
  readonly TargetGroupArn?: string;
  readonly AdvancedConfiguration?: {
    readonly AlternateTargetGroupArn: string;
    readonly ProductionListenerRule?: string;
    readonly TestListenerRule?: string;
  };
}
export interface DeploymentConfiguration {
  readonly Strategy?: string;
  readonly BakeTimeInMinutes?: Numeric;
  readonly MinimumHealthyPercent?: Numeric;
  readonly MaximumPercent?: Numeric;
  readonly Alarms?: { readonly AlarmNames: readonly string[]; readonly Enable: boolean; readonly Rollback: boolean };
  readonly LifecycleHooks?: readonly DeploymentLifecycleHook[];
}
export interface DeploymentLifecycleHook {
  readonly HookTargetArn: string;
  readonly LifecycleStages: readonly string[];
}

export interface ContainerDefinition {
  readonly Name: string;
  readonly Image: string;
  readonly Command?: readonly string[];
  readonly Environment?: readonly NameAndValue[];
  readonly Secrets?: readonly { readonly Name: string; readonly ValueFrom: string }[];
  readonly User?: string;
  readonly ReadonlyRootFilesystem?: boolean;
  readonly Cpu?: Numeric;
  readonly Memory?: Numeric;
  readonly MemoryReservation?: Numeric;
  readonly LinuxParameters?: {
    readonly InitProcessEnabled?: boolean;
    readonly Capabilities?: { readonly Drop?: readonly string[] };
    readonly Tmpfs?: readonly {
      readonly ContainerPath?: string;
      readonly Size: Numeric;
      readonly MountOptions?: readonly string[];
    }[];
  };
  readonly Ulimits?: readonly { readonly Name: string; readonly SoftLimit: Numeric; readonly HardLimit: Numeric }[];
  readonly StopTimeout?: Numeric;
  readonly HealthCheck?: {
    readonly Command?: readonly string[];
    readonly Interval?: Numeric;
    readonly Timeout?: Numeric;
    readonly Retries?: Numeric;
    readonly StartPeriod?: Numeric;
  };
  readonly PortMappings?: readonly { readonly ContainerPort?: Numeric }[];
}

export interface FunctionProperties {
  readonly Code: { readonly S3Key?: string };
  readonly Handler?: string;
  readonly Timeout?: Numeric;
  readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
}
