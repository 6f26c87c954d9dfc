/** Where the parts on loopback are, by the names and ports that the containers are told. */
export interface Endpoints {
  readonly database: Endpoint;
  readonly cache: Endpoint;
  readonly loadBalancer: { readonly host: string };
}
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** A resource whose identifiers and attributes only a deployment knows. */
export interface BoundResource {
  readonly logicalId: string;
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  /** What the template says about it, references resolved. @default - undefined */
  property(name: string): unknown;
}

/** By type and attribute; `Ref` is what a reference to the resource itself gives. */
export type Bindings = Readonly<Record<string, Readonly<Record<string, (resource: BoundResource) => string>>>>;

const arn = ({ partition, region, account }: BoundResource, service: string, rest: string) =>
  `arn:${partition}:${service}:${region}:${account}:${rest}`;

/** The name that the template gives, or one that leads back to the resource. */
const named =
  (property: string) =>
  (resource: BoundResource): string =>
    String(resource.property(property) ?? resource.logicalId);

const functionName = named('FunctionName');
const roleName = named('RoleName');
const secretName = named('Name');

/**
 * What stands for AWS's own names and addresses. Bound is what a rehearsal reads; the resolver says so where it meets
 * another one. Identifiers end in the logical id where the template gives no name, so a part can tell which it is.
 */
export const bindingsOf = ({ database, cache, loadBalancer }: Endpoints): Bindings => ({
  'AWS::RDS::DBInstance': {
    Ref: named('DBInstanceIdentifier'),
    'Endpoint.Address': () => database.host,
    'Endpoint.Port': () => String(database.port),
  },
  'AWS::RDS::DBParameterGroup': { Ref: named('DBParameterGroupName') },
  'AWS::ElastiCache::ReplicationGroup': {
    Ref: named('ReplicationGroupId'),
    'PrimaryEndPoint.Address': () => cache.host,
    'PrimaryEndPoint.Port': () => String(cache.port),
  },
  'AWS::ElastiCache::ParameterGroup': { Ref: named('CacheParameterGroupName') },

  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    Ref: (it) => arn(it, 'elasticloadbalancing', `loadbalancer/app/mr-mentor/${it.logicalId}`),
    DNSName: () => loadBalancer.host,
    LoadBalancerFullName: (it) => `app/mr-mentor/${it.logicalId}`,
  },
  'AWS::ElasticLoadBalancingV2::Listener': {
    Ref: (it) => arn(it, 'elasticloadbalancing', `listener/app/mr-mentor/0/${it.logicalId}`),
  },
  'AWS::ElasticLoadBalancingV2::ListenerRule': {
    Ref: (it) => arn(it, 'elasticloadbalancing', `listener-rule/app/mr-mentor/0/0/${it.logicalId}`),
  },
  'AWS::ElasticLoadBalancingV2::TargetGroup': {
    Ref: (it) => arn(it, 'elasticloadbalancing', `targetgroup/mr-mentor/${it.logicalId}`),
    TargetGroupFullName: (it) => `targetgroup/mr-mentor/${it.logicalId}`,
  },

  'AWS::ECS::Cluster': { Ref: named('ClusterName') },
  'AWS::ECS::Service': { Name: named('ServiceName') },
  'AWS::ECS::TaskDefinition': { Ref: (it) => arn(it, 'ecs', `task-definition/${it.logicalId}`) },
  'AWS::Lambda::Function': {
    Ref: functionName,
    Arn: (it) => arn(it, 'lambda', `function:${functionName(it)}`),
  },
  'AWS::Logs::LogGroup': { Ref: named('LogGroupName') },
  // Neither S3 nor IAM has a region in its ARNs.
  'AWS::IAM::Role': {
    Ref: roleName,
    Arn: (it) => `arn:${it.partition}:iam::${it.account}:role/${roleName(it)}`,
  },
  'AWS::S3::Bucket': {
    Ref: named('BucketName'),
    Arn: (it) => `arn:${it.partition}:s3:::${named('BucketName')(it)}`,
  },
  // Without the six characters that Secrets Manager appends: a name that is known leads to the secret without them.
  'AWS::SecretsManager::Secret': { Ref: (it) => arn(it, 'secretsmanager', `secret:${secretName(it)}`) },
  'AWS::KMS::Key': { Ref: ({ logicalId }) => logicalId, Arn: (it) => arn(it, 'kms', `key/${it.logicalId}`) },
});
