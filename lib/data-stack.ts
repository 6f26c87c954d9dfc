import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from './config/environment';
import { Cache } from './constructs/cache';
import { Database } from './constructs/database';
import { EncryptionKey } from './constructs/encryption-key';
import type { Monitoring } from './constructs/monitoring';
import type { Network } from './constructs/network';

export interface DataStackProps extends StackProps {
  readonly config: EnvironmentConfig;
  readonly network: Network;
  readonly monitoring: Monitoring;
}

export class DataStack extends Stack {
  readonly database: Database;
  readonly cache: Cache;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    const { config, network, monitoring } = props;
    const encryptionKey = new EncryptionKey(this, 'Key', {
      description: `Database, Redis, their snapshots and logs of ${config.name}`,
      alias: `mr-mentor/${config.name}/data`,
    }).allowLogs();
    const shared = { vpc: network.vpc, monitoring, env: config, encryptionKey };
    this.database = new Database(this, 'Database', shared);
    this.cache = new Cache(this, 'Cache', shared);
  }
}
