/** Resource types whose replacement or removal loses something that no deployment brings back. */
export const statefulTypes: Readonly<Record<string, string>> = {
  'AWS::S3::Bucket': 'objects',
  'AWS::RDS::DBInstance': 'the database',
  'AWS::ElastiCache::ReplicationGroup': 'queued jobs and sessions',
  'AWS::SecretsManager::Secret': 'values that people entered',
  'AWS::KMS::Key': 'everything encrypted with it',
  'AWS::Route53::HostedZone': 'the name servers that somebody delegated to',
  'AWS::Backup::BackupVault': 'recovery points',
  'AWS::ECR::Repository': 'images, and with them every rollback',
};
