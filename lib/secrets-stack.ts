import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from './config/environment';
import { ApplicationSecret } from './constructs/application-secret';
import { EncryptionKey } from './constructs/encryption-key';

export interface SecretsStackProps extends StackProps {
  readonly config: EnvironmentConfig;
}

export class SecretsStack extends Stack {
  readonly secret: ApplicationSecret;

  constructor(scope: Construct, id: string, props: SecretsStackProps) {
    super(scope, id, props);
    const { config } = props;
    const encryptionKey = new EncryptionKey(this, 'Key', {
      description: `Secret settings of ${config.name}`,
      alias: `mr-mentor/${config.name}/secrets`,
      outlivesStack: config.removal === 'retain',
    });
    this.secret = new ApplicationSecret(this, 'Application', { env: config, encryptionKey });
  }
}
