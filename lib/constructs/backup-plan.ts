import { ArnFormat, Aws, Duration, Fn, Stack } from 'aws-cdk-lib';
import * as backup from 'aws-cdk-lib/aws-backup';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { application, recoveryVaultName } from '../config/names';
import { regionCopyDays } from '../config/recovery';
import { acknowledge } from '../policy/acknowledge';
import { watchBackups } from './backup-alarm';
import type { Database } from './database';
import type { EncryptionKey } from './encryption-key';
import type { Monitoring } from './monitoring';
import type { ObjectStorage } from './object-storage';
import { retained } from './removal-policy';
import { ServiceRole } from './service-role';

/**
 * Tells two lives of a stack apart, by its id. A vault with recovery points cannot be deleted, so it is
 * always retained; under a fixed name it would stand in the way of the next one.
 */
const stackInstance = (): string => Fn.select(0, Fn.split('-', Fn.select(2, Fn.split('/', Aws.STACK_ID))));

export interface BackupPlanProps {
  readonly database: Database;
  readonly storage: ObjectStorage;
  readonly encryptionKey: EncryptionKey;
  readonly monitoring: Monitoring;
  readonly env: EnvironmentConfig;
}

/**
 * Copies of the database and the buckets in a vault that neither the task role nor a deploy can empty, and in
 * another one of the recovery region where there is one.
 * Without the buckets that nobody but the task role may read, which includes the role of AWS Backup:
 * those rely on versioning and replication. Without the logical backups, too, which are copies already.
 */
export class BackupPlan extends Construct {
  constructor(scope: Construct, id: string, { database, storage, encryptionKey, monitoring, env }: BackupPlanProps) {
    super(scope, id);
    const vault = new backup.BackupVault(this, 'Vault', {
      backupVaultName: `${application}-${env.name}-${stackInstance()}`,
      encryptionKey,
      blockRecoveryPointDeletion: env.removal === 'retain',
      removalPolicy: retained,
    });
    watchBackups(this, monitoring, vault.backupVaultName);
    const plan = new backup.BackupPlan(this, 'Plan', {
      backupPlanName: `${application}-${env.name}`,
      backupVault: vault,
    });
    plan.addRule(
      new backup.BackupPlanRule({
        ruleName: 'daily',
        scheduleExpression: events.Schedule.cron({ minute: '0', hour: '18' }),
        startWindow: Duration.hours(1),
        completionWindow: Duration.hours(6),
        deleteAfter: Duration.days(env.database.backupRetentionDays),
        copyActions: this.copies(env),
      }),
    );
    const role = new ServiceRole(this, 'Role', {
      description: 'AWS Backup reads and copies',
      assumedBy: new iam.ServicePrincipal('backup.amazonaws.com'),
      managedPolicies: [
        iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSBackupServiceRolePolicyForBackup'),
        iam.ManagedPolicy.fromAwsManagedPolicyName('AWSBackupServiceRolePolicyForS3Backup'),
      ],
    });
    plan.addSelection('Primary', {
      role,
      disableDefaultBackupPolicy: true,
      resources: [
        backup.BackupResource.fromArn(database.instanceArn),
        ...storage.dataBuckets
          .filter(({ inBackupPlan }) => inBackupPlan)
          .map(({ literalArn }) => backup.BackupResource.fromArn(literalArn)),
      ],
    });
    const managed =
      "AWS Backup documents these as the permissions of its role; it changes them with the service's features.";
    acknowledge(role, {
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup]':
        managed,
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup]': managed,
    });
  }

  /** A copy of each into the vault of the recovery region, which is known by name. */
  private copies({ name, recoveryRegion }: EnvironmentConfig): backup.BackupPlanCopyActionProps[] | undefined {
    if (recoveryRegion === undefined) return undefined;
    const arn = Stack.of(this).formatArn({
      service: 'backup',
      region: recoveryRegion,
      resource: 'backup-vault',
      resourceName: recoveryVaultName(name),
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return [
      {
        destinationBackupVault: backup.BackupVault.fromBackupVaultArn(this, 'RecoveryVault', arn),
        deleteAfter: Duration.days(regionCopyDays),
      },
    ];
  }
}
