import { Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { DeliveryStack, type DeliveryStackProps } from '../../lib/delivery-stack';
import { compose } from '../synthesise';
import { account, app, only, region, statements } from './stack';

const deliveryOf = (props: Partial<DeliveryStackProps> = {}): Template =>
  Template.fromStack(
    new DeliveryStack(app(), 'delivery', {
      env: { account, region },
      environments: ['staging', 'demo'],
      regions: [region, 'us-east-1'],
      ...props,
    }),
  );
const template = deliveryOf();

describe('images', () => {
  const repository = only(template, 'AWS::ECR::Repository');

  it('are what they were when they were pushed, scanned and encrypted', () => {
    expect(repository.Properties).toMatchObject({
      RepositoryName: 'mr-mentor-backend',
      ImageTagMutability: 'IMMUTABLE',
      ImageScanningConfiguration: { ScanOnPush: true },
      EncryptionConfiguration: {
        EncryptionType: 'KMS',
        KmsKey: { 'Fn::GetAtt': [only(template, 'AWS::KMS::Key').id, 'Arn'] },
      },
    });
  });

  it('stay when the stack goes', () => {
    expect(repository).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
  });

  it('expire by number, not by age, so that a rollback finds its image', () => {
    const { rules } = JSON.parse(repository.Properties.LifecyclePolicy.LifecyclePolicyText);
    expect(
      rules.map(({ selection, action }: { selection: object; action: object }) => ({ ...selection, ...action })),
    ).toEqual([
      { tagStatus: 'untagged', countType: 'sinceImagePushed', countNumber: 14, countUnit: 'days', type: 'expire' },
      { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 500, type: 'expire' },
    ]);
  });
});

describe('between accounts', () => {
  it('nothing is copied when there is one', () => {
    template.resourceCountIs('AWS::ECR::ReplicationConfiguration', 0);
    template.resourceCountIs('AWS::ECR::RegistryPolicy', 0);
  });

  it('images go to production', () => {
    const sender = deliveryOf({ replicateTo: '999999999999' });
    expect(only(sender, 'AWS::ECR::ReplicationConfiguration').Properties.ReplicationConfiguration.Rules).toEqual([
      {
        Destinations: [{ Region: region, RegistryId: '999999999999' }],
        RepositoryFilters: [{ Filter: 'mr-mentor-backend', FilterType: 'PREFIX_MATCH' }],
      },
    ]);
    sender.resourceCountIs('AWS::ECR::RegistryPolicy', 0);
  });

  it('production takes images of that account, into this repository only', () => {
    const receiver = deliveryOf({ replicateFrom: '999999999999' });
    expect(statements(only(receiver, 'AWS::ECR::RegistryPolicy').Properties.PolicyText)).toEqual([
      {
        Sid: 'Replication',
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::999999999999:root' },
        Action: 'ecr:ReplicateImage',
        Resource: `arn:aws:ecr:${region}:${account}:repository/mr-mentor-backend`,
      },
    ]);
    receiver.resourceCountIs('AWS::ECR::ReplicationConfiguration', 0);
  });

  it('the composed app has both ends, and neither in a single account', () => {
    const ends = (context: Record<string, string>) =>
      Object.fromEntries(
        compose({ context })
          .node.children.filter((child) => child instanceof DeliveryStack)
          .map((stack) => {
            const below = stack.node.findAll();
            const sends = below.find((child) => child instanceof ecr.CfnReplicationConfiguration);
            const receives = below.find((child) => child instanceof ecr.CfnRegistryPolicy);
            return [
              stack.node.id,
              {
                to: sends && stack.resolve(sends.replicationConfiguration).rules[0].destinations[0].registryId,
                from: receives && stack.resolve(receives.policyText).Statement[0].Principal.AWS,
              },
            ];
          }),
      );
    expect(ends({ environments: 'staging,production' })).toEqual({
      'delivery-000000000001': { to: '000000000002', from: undefined },
      'delivery-000000000002': { to: undefined, from: 'arn:aws:iam::000000000001:root' },
    });
    // Whichever is chosen: a delivery stack without the others would cut them off.
    expect(ends({ environments: 'staging' })).toEqual({
      'delivery-000000000001': { to: '000000000002', from: undefined },
    });
    expect(ends({ environments: 'development', account })).toEqual({ delivery: { to: undefined, from: undefined } });
  });
});
