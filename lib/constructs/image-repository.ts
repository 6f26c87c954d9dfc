import { Duration, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { imageRepositoryName } from '../config/names';
import type { EncryptionKey } from './encryption-key';
import { retained } from './removal-policy';

export interface ImageRepositoryProps {
  readonly encryptionKey: EncryptionKey;
  /** The account that production runs in, when it is another one: images are copied there, digests stay. */
  readonly replicateTo?: string;
  /** The account whose images arrive here. */
  readonly replicateFrom?: string;
}

/** The container images of one account. A tag, once pushed, is that image for ever. */
export class ImageRepository extends Construct {
  readonly repository: ecr.Repository;

  constructor(scope: Construct, id: string, { encryptionKey, replicateTo, replicateFrom }: ImageRepositoryProps) {
    super(scope, id);
    this.repository = new ecr.Repository(this, 'Images', {
      repositoryName: imageRepositoryName,
      imageTagMutability: ecr.TagMutability.IMMUTABLE,
      imageScanOnPush: true,
      encryption: ecr.RepositoryEncryption.KMS,
      encryptionKey,
      removalPolicy: retained,
      lifecycleRules: [
        { description: 'Layers of failed pushes', tagStatus: ecr.TagStatus.UNTAGGED, maxImageAge: Duration.days(14) },
        // Counts images, not days: what runs or can be rolled back to is among the newest.
        { description: 'The newest 500', tagStatus: ecr.TagStatus.ANY, maxImageCount: 500 },
      ],
    });
    if (replicateTo !== undefined) this.replicate(replicateTo);
    if (replicateFrom !== undefined) this.receive(replicateFrom);
  }

  private replicate(account: string): void {
    new ecr.CfnReplicationConfiguration(this, 'Replication', {
      replicationConfiguration: {
        rules: [
          {
            destinations: [{ region: Stack.of(this).region, registryId: account }],
            repositoryFilters: [{ filter: imageRepositoryName, filterType: 'PREFIX_MATCH' }],
          },
        ],
      },
    });
  }

  private receive(account: string): void {
    new ecr.CfnRegistryPolicy(this, 'RegistryPolicy', {
      policyText: {
        Version: '2012-10-17',
        Statement: [
          new iam.PolicyStatement({
            sid: 'Replication',
            principals: [new iam.AccountPrincipal(account)],
            actions: ['ecr:ReplicateImage'],
            resources: [
              Stack.of(this).formatArn({ service: 'ecr', resource: 'repository', resourceName: imageRepositoryName }),
            ],
          }).toStatementJson(),
        ],
      },
    });
  }
}
