import { Stack, type StackProps } from 'aws-cdk-lib';
import * as backup from 'aws-cdk-lib/aws-backup';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from './config/environment';
import { recoveryKeyAlias, recoveryVaultName, replicatedPurposes } from './config/names';
import { EncryptionKey } from './constructs/encryption-key';
import { retained } from './constructs/removal-policy';
import { ReplicaBucket } from './constructs/replica-bucket';

export interface RecoveryStackProps extends StackProps {
  readonly config: EnvironmentConfig;
}

/**
 * What outlives the loss of the environment's region: copies only, and nothing that runs. It is in the
 * recovery region, and the stacks that copy to it know it by the names of lib/config/names.ts
 * (docs/decisions/0017-recovery-region.md).
 */
export class RecoveryStack extends Stack {
  constructor(scope: Construct, id: string, props: RecoveryStackProps) {
    super(scope, id, props);
    const { config } = props;
    const encryptionKey = new EncryptionKey(this, 'Key', {
      description: `Copies that outlive the region of ${config.name}`,
      alias: recoveryKeyAlias(config.name),
    });
    new backup.BackupVault(this, 'Vault', {
      backupVaultName: recoveryVaultName(config.name),
      encryptionKey,
      blockRecoveryPointDeletion: true,
      removalPolicy: retained,
    });
    for (const purpose of replicatedPurposes)
      new ReplicaBucket(this, `Replica-${purpose}`, { env: config, purpose, encryptionKey });
  }
}
