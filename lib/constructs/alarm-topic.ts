import { Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import type { EncryptionKey } from './encryption-key';
import type { Monitoring } from './monitoring';

export interface AlarmTopicProps {
  readonly monitoring: Monitoring;
  readonly encryptionKey: EncryptionKey;
  readonly env: EnvironmentConfig;
}

/** Where alarms and the budget's warnings arrive, and the alarms that the constructs registered. */
export class AlarmTopic extends Construct {
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string, { monitoring, encryptionKey, env }: AlarmTopicProps) {
    super(scope, id);
    this.topic = new sns.Topic(this, 'Topic', {
      displayName: `mr-mentor ${env.name}`,
      masterKey: encryptionKey,
      enforceSSL: true,
    });
    this.topic.addSubscription(new subscriptions.EmailSubscription(env.alarmEmail));
    this.allowPublishers(encryptionKey);

    for (const { severity, alarm } of monitoring.alarms)
      new cloudwatch.Alarm(this, alarm.name, {
        alarmName: `mr-mentor-${env.name}-${severity}-${alarm.name}`,
        alarmDescription: alarm.meaning,
        metric: alarm.metric,
        threshold: alarm.threshold,
        comparisonOperator: alarm.comparison,
        evaluationPeriods: alarm.evaluationPeriods,
        treatMissingData: alarm.missingData,
      }).addAlarmAction(new actions.SnsAction(this.topic));
  }

  /** CloudWatch and Budgets publish as services, so both the topic and its key have to name them. */
  private allowPublishers(encryptionKey: EncryptionKey): void {
    const services = ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com'].map(
      (name) => new iam.ServicePrincipal(name),
    );
    const conditions = { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } };
    this.topic.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'AlarmsAndBudget',
        principals: services,
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions,
      }),
    );
    encryptionKey.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'AlarmsAndBudget',
        principals: services,
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions,
      }),
    );
  }
}
