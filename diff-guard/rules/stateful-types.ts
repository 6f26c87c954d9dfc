import { statefulTypes as ours } from '../../lib/config/stateful-types';

/** Types that this app does not use yet and that hold data all the same: the guard must know them on their first day. */
const others: Readonly<Record<string, string>> = {
  'AWS::Cognito::UserPool': 'accounts and passwords',
  'AWS::DocDB::DBCluster': 'the database',
  'AWS::DynamoDB::GlobalTable': 'the table',
  'AWS::DynamoDB::Table': 'the table',
  'AWS::EC2::Volume': 'the disk',
  'AWS::EFS::FileSystem': 'files',
  'AWS::ElastiCache::CacheCluster': 'what is cached',
  'AWS::ElastiCache::ServerlessCache': 'what is cached',
  'AWS::Kinesis::Stream': 'records that nobody has read yet',
  'AWS::OpenSearchService::Domain': 'the index',
  'AWS::RDS::DBCluster': 'the database',
  'AWS::SQS::Queue': 'messages that nobody has read yet',
};

/** What a resource of a stateful type holds, to complete "would lose …"; undefined for the others. */
export const heldBy = (type: string): string | undefined => ours[type] ?? others[type];
