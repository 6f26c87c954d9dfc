import type { AlarmProperties } from './alarm-properties';
import type { Action, RuleCondition, TargetGroupProperties } from './load-balancer-properties';
import type { KeyAndValue, Numeric, Scalar } from './property-values';
import type { ContainerDefinition, FunctionProperties, ServiceProperties } from './service-properties';
import type { BucketProperties, DatabaseProperties, ReplicationGroupProperties } from './store-properties';

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
