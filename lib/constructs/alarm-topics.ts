import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { type EnvironmentConfig, type Severity, severities } from '../config/environment';
import { alarmTopicName } from '../config/names';
import type { EncryptionKey } from './encryption-key';

export interface AlarmTopicsProps {
  readonly encryptionKey: EncryptionKey;
  readonly env: EnvironmentConfig;
  /** Those that something in this region tells. @default - all */
  readonly severities?: readonly Severity[];
}

/** Where alarms and the budget's warnings arrive, a topic for each severity. */
export class AlarmTopics extends Construct {
  private readonly topics: ReadonlyMap<Severity, sns.Topic>;

  constructor(scope: Construct, id: string, props: AlarmTopicsProps) {
    super(scope, id);
    const { encryptionKey, env } = props;
    this.topics = new Map(
      (props.severities ?? severities).map((severity) => [severity, this.make(severity, encryptionKey, env)]),
    );
    this.allowPublishers(encryptionKey);
  }

  topic(severity: Severity): sns.Topic {
    const topic = this.topics.get(severity);
    if (topic === undefined)
      throw new Error(`${this.node.path} has no topic for a ${severity}; state it in its severities.`);
    return topic;
  }

  private make(severity: Severity, encryptionKey: EncryptionKey, env: EnvironmentConfig): sns.Topic {
    const topic = new sns.Topic(this, severity, {
      topicName: alarmTopicName(env.name, severity),
      displayName: `mr-mentor ${env.name} ${severity}`,
      masterKey: encryptionKey,
      enforceSSL: true,
    });
    topic.addSubscription(new subscriptions.EmailSubscription(env.alarms[severity].email));
    return topic;
  }

  /** CloudWatch and Budgets publish as services, so both the topics and their key have to name them. */
  private allowPublishers(encryptionKey: EncryptionKey): void {
    const services = ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com'].map(
      (name) => new iam.ServicePrincipal(name),
    );
    const conditions = { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } };
    for (const topic of this.topics.values())
      topic.addToResourcePolicy(
        new iam.PolicyStatement({
          sid: 'AlarmsAndBudget',
          principals: services,
          actions: ['sns:Publish'],
          resources: [topic.topicArn],
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
