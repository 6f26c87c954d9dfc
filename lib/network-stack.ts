import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from './config/environment';
import { EncryptionKey } from './constructs/encryption-key';
import type { Monitoring } from './constructs/monitoring';
import { Network } from './constructs/network';

export interface NetworkStackProps extends StackProps {
  readonly config: EnvironmentConfig;
  readonly monitoring: Monitoring;
}

export class NetworkStack extends Stack {
  readonly network: Network;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: NetworkStackProps,
  ) {
    super(scope, id, props);
    const { config, monitoring } = props;
    const encryptionKey = new EncryptionKey(this, 'Key', {
      description: `Flow logs of ${config.name}`,
      alias: `mr-mentor/${config.name}/network`,
      outlivesStack: config.removal === 'retain',
    }).allowLogs();
    this.network = new Network(this, 'Network', { env: config, encryptionKey, monitoring });
  }

  /** Stated, not looked up: `ec2.Vpc` asks even when its zones are literal, and synth has no credentials. */
  override get availabilityZones(): string[] {
    return [...this.props.config.availabilityZones];
  }
}
