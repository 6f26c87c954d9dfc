import type { Stack } from './cloud-assembly';
import { noValue } from './intrinsic-functions';

export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/pseudo-parameter-reference.html */
export const pseudoParameters: Readonly<Record<string, (stack: Stack) => unknown>> = {
  'AWS::AccountId': ({ account }) => account,
  'AWS::NoValue': () => noValue,
  'AWS::NotificationARNs': () => [],
  'AWS::Partition': ({ region }) => partitionOf(region),
  'AWS::Region': ({ region }) => region,
  'AWS::StackId': ({ account, region, stackName, artifact }) =>
    `arn:${partitionOf(region)}:cloudformation:${region}:${account}:stack/${stackName}/${artifact}`,
  'AWS::StackName': ({ stackName }) => stackName,
  'AWS::URLSuffix': ({ region }) => (region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'),
};
