import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from './config/environment';
import { AlarmTopics } from './constructs/alarm-topics';
import { Alarms } from './constructs/alarms';
import { EncryptionKey } from './constructs/encryption-key';
import type { Monitoring } from './constructs/monitoring';

export interface EdgeOperationsStackProps extends StackProps {
  readonly config: EnvironmentConfig;
  /** Of this region. */
  readonly monitoring: Monitoring;
}

/** Alarms of what CloudFront has in us-east-1: an alarm, its metric and its topic share a region. */
export class EdgeOperationsStack extends Stack {
  constructor(scope: Construct, id: string, props: EdgeOperationsStackProps) {
    super(scope, id, props);
    const { config, monitoring } = props;
    const encryptionKey = new EncryptionKey(this, 'Key', {
      description: `Alarms of the CDN of ${config.name}`,
      alias: `mr-mentor/${config.name}/edge-operations`,
      outlivesStack: config.removal === 'retain',
    });
    const topics = new AlarmTopics(this, 'Topics', { env: config, encryptionKey, severities: ['ticket'] });
    new Alarms(this, 'Alarms', { env: config, monitoring, topics });
  }
}
