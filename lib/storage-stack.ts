import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from './config/environment';
import { EncryptionKey } from './constructs/encryption-key';
import type { Monitoring } from './constructs/monitoring';
import { ObjectStorage } from './constructs/object-storage';

export interface StorageStackProps extends StackProps {
  readonly config: EnvironmentConfig;
  readonly monitoring: Monitoring;
}

export class StorageStack extends Stack {
  readonly storage: ObjectStorage;

  constructor(scope: Construct, id: string, props: StorageStackProps) {
    super(scope, id, props);
    const { config, monitoring } = props;
    const encryptionKey = new EncryptionKey(this, 'Key', {
      description: `Objects of ${config.name}`,
      alias: `mr-mentor/${config.name}/storage`,
      outlivesStack: config.removal === 'retain',
    });
    this.storage = new ObjectStorage(this, 'Storage', { env: config, encryptionKey, monitoring });
  }
}
