import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from './config/environment';
import { AlarmTopic } from './constructs/alarm-topic';
import { BackupPlan } from './constructs/backup-plan';
import { Budget } from './constructs/budget';
import type { Database } from './constructs/database';
import { EncryptionKey } from './constructs/encryption-key';
import type { Monitoring } from './constructs/monitoring';
import type { ObjectStorage } from './constructs/object-storage';

export interface OperationsStackProps extends StackProps {
  readonly config: EnvironmentConfig;
  readonly monitoring: Monitoring;
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
    const { topic } = new AlarmTopic(this, 'Alarms', shared);
    new BackupPlan(this, 'Backup', shared);
    new Budget(this, 'Budget', { topic, env: config });
  }
}
