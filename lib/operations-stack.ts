import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from './config/environment';
import { AlarmTopics } from './constructs/alarm-topics';
import { Alarms } from './constructs/alarms';
import { BackupPlan } from './constructs/backup-plan';
import { Budget } from './constructs/budget';
import { Dashboard } from './constructs/dashboard';
import type { Database } from './constructs/database';
import { EncryptionKey } from './constructs/encryption-key';
import type { Monitoring } from './constructs/monitoring';
import type { ObjectStorage } from './constructs/object-storage';
import { SlackChannels } from './constructs/slack-channels';

export interface OperationsStackProps extends StackProps {
  readonly config: EnvironmentConfig;
  readonly monitoring: Monitoring;
  /** What us-east-1 has alarms of. */
  readonly edgeMonitoring: Monitoring;
  readonly database: Database;
  readonly storage: ObjectStorage;
}

export class OperationsStack extends Stack {
  constructor(scope: Construct, id: string, props: OperationsStackProps) {
    super(scope, id, props);
    const { config } = props;
    const encryptionKey = new EncryptionKey(this, 'Key', {
      description: `Alarms and backups of ${config.name}`,
      alias: `mr-mentor/${config.name}/operations`,
    });
    const shared = { ...props, env: config, encryptionKey };
    const topics = new AlarmTopics(this, 'Topics', shared);
    new BackupPlan(this, 'Backup', shared);
    new Budget(this, 'Budget', { ...shared, topic: topics.topic('ticket') });
    // After everything that registers something.
    const alarms = new Alarms(this, 'Alarms', { ...shared, topics });
    new Dashboard(this, 'Dashboard', { ...shared, alarms });
    new SlackChannels(this, 'Slack', { ...shared, topics, edgeSeverities: ['ticket'] });
  }
}
