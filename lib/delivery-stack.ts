import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { EnvironmentName } from './config/environment';
import { EncryptionKey } from './constructs/encryption-key';
import { GitHubAccess } from './constructs/github-access';
import { ImageRepository } from './constructs/image-repository';

export interface DeliveryStackProps extends StackProps {
  readonly environments: readonly EnvironmentName[];
  readonly regions: readonly string[];
  /** @see ImageRepositoryProps.replicateTo */
  readonly replicateTo?: string;
  /** @see ImageRepositoryProps.replicateFrom */
  readonly replicateFrom?: string;
}

/** Once per account: where images are kept and who may deploy. */
export class DeliveryStack extends Stack {
  constructor(scope: Construct, id: string, props: DeliveryStackProps) {
    super(scope, id, props);
    const encryptionKey = new EncryptionKey(this, 'Key', {
      description: 'Container images',
      alias: 'mr-mentor/delivery',
    });
    const { repository } = new ImageRepository(this, 'Images', { ...props, encryptionKey });
    new GitHubAccess(this, 'GitHub', { ...props, images: repository });
  }
}
