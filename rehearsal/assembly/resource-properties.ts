/**
 * The properties that a rehearsal reads, as CloudFormation documents them, references resolved.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
 */
export interface ResourceProperties {
  readonly 'AWS::ApplicationAutoScaling::ScalableTarget': {
    readonly ResourceId: string;
    readonly MinCapacity: Numeric;
  };
  readonly 'AWS::CloudWatch::Alarm': AlarmProperties;
  readonly 'AWS::ECS::Service': ServiceProperties;
  readonly 'AWS::ECS::TaskDefinition': {
    readonly ContainerDefinitions?: readonly ContainerDefinition[];
    readonly Cpu?: Numeric;
    readonly Memory?: Numeric;
  };
  readonly 'AWS::ElastiCache::ParameterGroup': { readonly Properties?: Readonly<Record<string, Scalar>> };
  readonly 'AWS::ElastiCache::ReplicationGroup': ReplicationGroupProperties;
  readonly 'AWS::ElasticLoadBalancingV2::Listener': {
    readonly Protocol?: string;
    readonly DefaultActions: readonly Action[];
  };
  readonly 'AWS::ElasticLoadBalancingV2::ListenerRule': {
    readonly ListenerArn?: string;
    readonly Priority: Numeric;
    readonly Conditions: readonly RuleCondition[];
    readonly Actions: readonly Action[];
  };
  readonly 'AWS::ElasticLoadBalancingV2::LoadBalancer': { readonly LoadBalancerAttributes?: readonly KeyAndValue[] };
  readonly 'AWS::ElasticLoadBalancingV2::TargetGroup': TargetGroupProperties;
  readonly 'AWS::Lambda::Function': FunctionProperties;
  readonly 'AWS::RDS::DBInstance': DatabaseProperties;
  readonly 'AWS::RDS::DBParameterGroup': { readonly Parameters?: Readonly<Record<string, Scalar>> };
  readonly 'AWS::S3::Bucket': BucketProperties;
  readonly 'AWS::SecretsManager::Secret': {
    readonly Name?: string;
    readonly GenerateSecretString?: { readonly PasswordLength?: Numeric };
  };
}
export type ResourceType = keyof ResourceProperties;

/** CloudFormation takes a text in place of a number. */
export type Numeric = number | string;
export type Scalar = string | number | boolean;

export interface KeyAndValue {
  readonly Key?: string;
  readonly Value?: string;
}
interface NameAndValue {
  readonly Name: string;
  readonly Value: string;
}

interface AlarmProperties {
  readonly AlarmName?: string;
  readonly AlarmDescription?: string;
  readonly ComparisonOperator: string;
  readonly Threshold?: Numeric;
  readonly EvaluationPeriods: Numeric;
  readonly DatapointsToAlarm?: Numeric;
  readonly TreatMissingData?: string;
  readonly Metrics?: readonly MetricDataQuery[];
  readonly MetricName?: string;
  readonly Namespace?: string;
  readonly Dimensions?: readonly NameAndValue[];
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  readonly Period?: Numeric;
}
export interface MetricDataQuery {
  readonly Id: string;
  readonly Expression?: string;
  readonly Period?: Numeric;
  readonly ReturnData?: boolean;
  readonly MetricStat?: { readonly Metric: Metric; readonly Period: Numeric; readonly Stat: string };
}
export interface Metric {
  readonly MetricName?: string;
  readonly Namespace?: string;
  readonly Dimensions?: readonly NameAndValue[];
}

interface ServiceProperties {
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

export interface Action {
  readonly Type: string;
  readonly TargetGroupArn?: string;
  readonly ForwardConfig?: {
    readonly TargetGroups?: readonly { readonly TargetGroupArn?: string; readonly Weight?: Numeric }[];
    readonly TargetGroupStickinessConfig?: { readonly Enabled?: boolean; readonly DurationSeconds?: Numeric };
  };
  readonly FixedResponseConfig?: {
    readonly StatusCode: Numeric;
    readonly ContentType?: string;
    readonly MessageBody?: string;
  };
}
export interface RuleCondition {
  readonly Field?: string;
  readonly Values?: readonly string[];
  readonly HostHeaderConfig?: { readonly Values?: readonly string[] };
  readonly HttpHeaderConfig?: { readonly HttpHeaderName?: string; readonly Values?: readonly string[] };
  readonly PathPatternConfig?: { readonly Values?: readonly string[] };
}
interface TargetGroupProperties {
  readonly Port?: Numeric;
  readonly HealthCheckPath?: string;
  readonly HealthCheckIntervalSeconds?: Numeric;
  readonly HealthCheckTimeoutSeconds?: Numeric;
  readonly HealthyThresholdCount?: Numeric;
  readonly UnhealthyThresholdCount?: Numeric;
  readonly Matcher?: { readonly HttpCode?: string };
  readonly TargetGroupAttributes?: readonly KeyAndValue[];
}

interface FunctionProperties {
  readonly Code: { readonly S3Key?: string };
  readonly Handler?: string;
  readonly Timeout?: Numeric;
  readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
}

interface DatabaseProperties {
  readonly DBInstanceIdentifier?: string;
  readonly DBName?: string;
  readonly DBParameterGroupName?: string;
  readonly Engine?: string;
  readonly EngineVersion?: string;
  readonly ManageMasterUserPassword?: boolean;
  readonly MasterUsername?: string;
  readonly MultiAZ?: boolean;
}
interface ReplicationGroupProperties {
  readonly ReplicationGroupId?: string;
  readonly AuthToken?: string;
  readonly AutomaticFailoverEnabled?: boolean;
  readonly CacheParameterGroupName?: string;
  readonly NumCacheClusters?: Numeric;
  readonly TransitEncryptionEnabled?: boolean;
}
interface BucketProperties {
  readonly BucketName?: string;
  readonly BucketEncryption?: {
    readonly ServerSideEncryptionConfiguration?: readonly {
      readonly ServerSideEncryptionByDefault?: { readonly SSEAlgorithm: string };
    }[];
  };
  readonly CorsConfiguration?: { readonly CorsRules: readonly BucketCorsRule[] };
  readonly PublicAccessBlockConfiguration?: {
    readonly BlockPublicAcls?: boolean;
    readonly BlockPublicPolicy?: boolean;
    readonly IgnorePublicAcls?: boolean;
    readonly RestrictPublicBuckets?: boolean;
  };
  readonly VersioningConfiguration?: { readonly Status: string };
}
export interface BucketCorsRule {
  readonly AllowedHeaders?: readonly string[];
  readonly AllowedMethods: readonly string[];
  readonly AllowedOrigins: readonly string[];
  readonly ExposedHeaders?: readonly string[];
  readonly MaxAge?: Numeric;
}
