import type { Resource } from '../assembly/guarded-stack';
import { at, canonical, isObject } from './json-value';

/** Which property fixes a resource's name, and where no two may have the same one. */
const names: Readonly<Record<string, { readonly property: string; readonly within: 'region' | 'account' | 'world' }>> =
  {
    'AWS::ApiGatewayV2::DomainName': { property: 'DomainName', within: 'region' },
    'AWS::Backup::BackupVault': { property: 'BackupVaultName', within: 'region' },
    'AWS::Budgets::Budget': { property: 'Budget.BudgetName', within: 'account' },
    'AWS::CloudFront::OriginAccessControl': { property: 'OriginAccessControlConfig.Name', within: 'account' },
    'AWS::CloudFront::ResponseHeadersPolicy': { property: 'ResponseHeadersPolicyConfig.Name', within: 'account' },
    'AWS::CloudWatch::Alarm': { property: 'AlarmName', within: 'region' },
    'AWS::CloudWatch::Dashboard': { property: 'DashboardName', within: 'region' },
    'AWS::DynamoDB::Table': { property: 'TableName', within: 'region' },
    'AWS::ECR::Repository': { property: 'RepositoryName', within: 'region' },
    'AWS::ECS::CapacityProvider': { property: 'Name', within: 'region' },
    'AWS::ECS::Cluster': { property: 'ClusterName', within: 'region' },
    'AWS::ElastiCache::ReplicationGroup': { property: 'ReplicationGroupId', within: 'region' },
    'AWS::ElasticLoadBalancingV2::LoadBalancer': { property: 'Name', within: 'region' },
    'AWS::ElasticLoadBalancingV2::TargetGroup': { property: 'Name', within: 'region' },
    'AWS::Events::Rule': { property: 'Name', within: 'region' },
    'AWS::IAM::InstanceProfile': { property: 'InstanceProfileName', within: 'account' },
    'AWS::IAM::ManagedPolicy': { property: 'ManagedPolicyName', within: 'account' },
    'AWS::IAM::OIDCProvider': { property: 'Url', within: 'account' },
    'AWS::IAM::Role': { property: 'RoleName', within: 'account' },
    'AWS::KMS::Alias': { property: 'AliasName', within: 'region' },
    'AWS::Lambda::Function': { property: 'FunctionName', within: 'region' },
    'AWS::Logs::DeliveryDestination': { property: 'Name', within: 'region' },
    'AWS::Logs::DeliverySource': { property: 'Name', within: 'region' },
    'AWS::Logs::LogGroup': { property: 'LogGroupName', within: 'region' },
    'AWS::RDS::DBCluster': { property: 'DBClusterIdentifier', within: 'region' },
    'AWS::RDS::DBInstance': { property: 'DBInstanceIdentifier', within: 'region' },
    'AWS::RDS::DBParameterGroup': { property: 'DBParameterGroupName', within: 'region' },
    'AWS::RDS::DBSubnetGroup': { property: 'DBSubnetGroupName', within: 'region' },
    'AWS::S3::Bucket': { property: 'BucketName', within: 'world' },
    'AWS::SNS::Topic': { property: 'TopicName', within: 'region' },
    'AWS::SQS::Queue': { property: 'QueueName', within: 'region' },
    'AWS::SSM::Parameter': { property: 'Name', within: 'region' },
    'AWS::Scheduler::Schedule': { property: 'Name', within: 'region' },
    'AWS::SecretsManager::Secret': { property: 'Name', within: 'region' },
    'AWS::WAFv2::WebACL': { property: 'Name', within: 'region' },
  };

export const physicalNameProperty = (type: string): string | undefined => names[type]?.property;

/** The name that a resource fixes, as a person reads it, or undefined where CloudFormation makes one. */
export function physicalName({ Type, Properties }: Resource): string | undefined {
  const property = physicalNameProperty(Type);
  const value = property === undefined ? undefined : at(Properties, property);
  if (value === undefined) return undefined;
  return isObject(value) ? canonical(value) : String(value);
}

/** Equal for two resources of which CloudFormation cannot make one while the other is there. */
export function nameClaim(resource: Resource, account: string, region: string): string | undefined {
  const name = physicalName(resource);
  const within = names[resource.Type]?.within;
  if (name === undefined || within === undefined) return undefined;
  const place = { world: '', account, region: `${account} ${region}` }[within];
  return `${resource.Type} ${place} ${name}`;
}
