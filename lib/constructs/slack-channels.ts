import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as chatbot from 'aws-cdk-lib/aws-chatbot';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { type EnvironmentConfig, type Severity, severities } from '../config/environment';
import { alarmTopicName, application, edgeRegion } from '../config/names';
import { acknowledge } from '../policy/acknowledge';
import type { AlarmTopics } from './alarm-topics';
import { ServiceRole } from './service-role';

export interface SlackChannelsProps {
  readonly topics: AlarmTopics;
  /** Of the topics in us-east-1, which are known by name. */
  readonly edgeSeverities: readonly Severity[];
  readonly env: EnvironmentConfig;
}

/** What the app in Slack may do: show the alarm it reports, with its graph. */
const looking = [
  'cloudwatch:DescribeAlarms',
  'cloudwatch:DescribeAlarmHistory',
  'cloudwatch:GetMetricData',
  'cloudwatch:GetMetricStatistics',
];

/**
 * Alarms in Slack, through Amazon Q Developer in chat applications (once AWS Chatbot). AWS takes a channel
 * once in an account, so one configuration carries all topics that end in it.
 */
export class SlackChannels extends Construct {
  constructor(scope: Construct, id: string, { topics, edgeSeverities, env }: SlackChannelsProps) {
    super(scope, id);
    const channels = new Map(
      severities.flatMap((severity) => {
        const { slack } = env.alarms[severity];
        return slack ? [[slack.channelId, slack] as const] : [];
      }),
    );
    if (channels.size === 0) return;

    const guardrail = new iam.ManagedPolicy(this, 'Guardrail', {
      description: `What people in the Slack channels of ${env.name} may ask AWS`,
      statements: [new iam.PolicyStatement({ actions: looking, resources: ['*'] })],
    });
    const role = new ServiceRole(this, 'Role', {
      description: 'Amazon Q Developer shows alarms in Slack',
      assumedBy: new iam.ServicePrincipal('chatbot.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      managedPolicies: [guardrail],
    });
    for (const { workspaceId, channelId } of channels.values()) {
      const ending = severities.filter((severity) => env.alarms[severity].slack?.channelId === channelId);
      new chatbot.SlackChannelConfiguration(this, channelId, {
        slackChannelConfigurationName: `${application}-${env.name}-${ending.join('-')}`,
        slackWorkspaceId: workspaceId,
        slackChannelId: channelId,
        role,
        // Its default would be AdministratorAccess.
        guardrailPolicies: [guardrail],
        notificationTopics: [
          ...ending.map((severity) => topics.topic(severity)),
          ...ending.filter((severity) => edgeSeverities.includes(severity)).map((each) => this.edgeTopic(env, each)),
        ],
      });
    }
    acknowledge(guardrail, {
      'AwsSolutions-IAM5[Resource::*]': 'CloudWatch has no resource-level permissions for reading metrics.',
    });
  }

  private edgeTopic(env: EnvironmentConfig, severity: Severity): sns.ITopic {
    const topicArn = Stack.of(this).formatArn({
      service: 'sns',
      region: edgeRegion,
      resource: alarmTopicName(env.name, severity),
      arnFormat: ArnFormat.NO_RESOURCE_NAME,
    });
    return sns.Topic.fromTopicArn(this, `edge-${severity}`, topicArn);
  }
}
