const network = 'a part of the network: its gateways, addresses and traffic are priced';
const iam = 'IAM costs nothing';
const setting = 'a setting of something that is priced';
const balancer = 'a part of the load balancer, which is priced by hours and capacity';
const hosts = 'runs on hosts, which are priced';
const cdn = 'a part of the CDN, which is priced by what it delivers';
const logs = 'what it sends is priced with the logs';

/** Types that cost nothing by themselves, each with the reason. What is in neither table is a gap. */
export const freeTypes: Readonly<Record<string, string>> = {
  'AWS::ApplicationAutoScaling::ScalableTarget': setting,
  'AWS::Backup::BackupVault': 'what is in it is priced with the backup plan',
  'AWS::Budgets::Budget': 'budgets without actions cost nothing',
  'AWS::CertificateManager::Certificate': 'public certificates cost nothing',
  'AWS::Chatbot::SlackChannelConfiguration': 'the service costs nothing; the messages are priced with the topics',
  'AWS::CloudFormation::CustomResource': 'a function that runs at deployments',
  'AWS::CloudFormation::Stack': 'its resources are priced one by one',
  'AWS::CloudFront::Function': cdn,
  'AWS::CloudFront::OriginAccessControl': cdn,
  'AWS::CloudFront::ResponseHeadersPolicy': cdn,
  'AWS::CDK::Metadata': 'no resource',
  'AWS::EC2::InternetGateway': network,
  'AWS::EC2::Route': network,
  'AWS::EC2::RouteTable': network,
  'AWS::EC2::SecurityGroup': network,
  'AWS::EC2::SecurityGroupEgress': network,
  'AWS::EC2::SecurityGroupIngress': network,
  'AWS::EC2::Subnet': network,
  'AWS::EC2::SubnetRouteTableAssociation': network,
  'AWS::EC2::VPC': network,
  'AWS::EC2::VPCGatewayAttachment': network,
  'AWS::ECR::RegistryPolicy': setting,
  'AWS::ECS::ClusterCapacityProviderAssociations': setting,
  'AWS::ECS::Service': hosts,
  'AWS::ECS::TaskDefinition': hosts,
  'AWS::ElastiCache::ParameterGroup': setting,
  'AWS::ElastiCache::SubnetGroup': setting,
  'AWS::ElasticLoadBalancingV2::Listener': balancer,
  'AWS::ElasticLoadBalancingV2::ListenerCertificate': balancer,
  'AWS::ElasticLoadBalancingV2::ListenerRule': balancer,
  'AWS::ElasticLoadBalancingV2::TargetGroup': balancer,
  'AWS::Events::Rule': 'events of AWS itself cost nothing; what they start is priced where it is',
  'AWS::IAM::InstanceProfile': iam,
  'AWS::IAM::ManagedPolicy': iam,
  'AWS::IAM::OIDCProvider': iam,
  'AWS::IAM::Policy': iam,
  'AWS::IAM::Role': iam,
  'AWS::IAM::ServiceLinkedRole': iam,
  'AWS::KMS::Alias': 'keys are priced, their names are not',
  'AWS::Lambda::Permission': setting,
  'AWS::Logs::Delivery': 'access logs of a CDN to a bucket are delivered without charge; the bucket is priced',
  'AWS::Logs::DeliveryDestination': 'see AWS::Logs::Delivery',
  'AWS::Logs::DeliverySource': 'see AWS::Logs::Delivery',
  'AWS::Logs::QueryDefinition': setting,
  'AWS::Logs::ResourcePolicy': setting,
  'AWS::RDS::DBParameterGroup': setting,
  'AWS::RDS::DBSubnetGroup': setting,
  'AWS::Route53::RecordSet': 'zones and queries are priced, records are not',
  'AWS::S3::BucketPolicy': setting,
  'AWS::SNS::TopicPolicy': setting,
  'AWS::SecretsManager::ResourcePolicy': setting,
  'AWS::SecretsManager::RotationSchedule': 'the function that it starts is priced',
  'AWS::WAFv2::LoggingConfiguration': logs,
  'AWS::WAFv2::WebACLAssociation': setting,
};

/** Custom resources of the CDK are functions that run at deployments, whatever their name. */
export const freeReason = (type: string): string | undefined =>
  freeTypes[type] ?? (type.startsWith('Custom::') ? freeTypes['AWS::CloudFormation::CustomResource'] : undefined);
