import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { removalPolicy } from './removal-policy';

export interface LogGroupProps {
  readonly env: Pick<EnvironmentConfig, 'logRetentionDays' | 'removal'>;
  readonly encryptionKey: kms.IKey;
  /** Only where AWS wants a certain name. @default - named by CloudFormation */
  readonly name?: string;
}

/** Logs that AWS services would otherwise write to a group of their own: kept forever, unencrypted. */
export class LogGroup extends logs.LogGroup {
  constructor(scope: Construct, id: string, { env, encryptionKey, name }: LogGroupProps) {
    super(scope, id, {
      logGroupName: name,
      encryptionKey,
      retention: env.logRetentionDays,
      removalPolicy: removalPolicy(env),
    });
  }
}
