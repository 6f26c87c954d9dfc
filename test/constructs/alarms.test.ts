import { Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmDestinations, EnvironmentConfig, Severity } from '../../lib/config/environment';
import { environments } from '../../lib/config/environments';
import { AlarmTopics } from '../../lib/constructs/alarm-topics';
import { Alarms } from '../../lib/constructs/alarms';
import { Budget } from '../../lib/constructs/budget';
import { EncryptionKey } from '../../lib/constructs/encryption-key';
import { type AlarmDefinition, Monitoring } from '../../lib/constructs/monitoring';
import { SlackChannels } from '../../lib/constructs/slack-channels';
import type { CfnResource } from '../deployed';
import { account, all, only, stack, statements, templateOfStack } from './stack';

const alarm = (name: string, of?: string): AlarmDefinition => ({
  about: new Stack(),
  name,
  of,
  view: 'database',
  title: name,
  meaning: `What ${name} means to a user.`,
  metric: new cloudwatch.Metric({ namespace: 'AWS/RDS', metricName: name }),
  threshold: 7,
  comparison: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
  evaluationPeriods: 3,
  datapointsToAlarm: 2,
  missingData: { means: cloudwatch.TreatMissingData.BREACHING, because: 'it always reports.' },
  console: 'rds/home?region=REGION',
});

describe('Monitoring', () => {
  it('registers alarms with their severity, in order', () => {
    const monitoring = new Monitoring();
    expect(monitoring.alarms).toEqual([]);
    const [first, second] = [alarm('First'), alarm('Second')];
    monitoring.ticket(first);
    monitoring.page('service', second);
    expect(monitoring.alarms).toEqual([
      { severity: 'ticket', alarm: first },
      { severity: 'page', incident: 'service', alarm: second },
    ]);
  });

  it('refuses the same alarm twice, and takes two of one kind', () => {
    const monitoring = new Monitoring();
    monitoring.ticket(alarm('Late', 'one'));
    monitoring.ticket(alarm('Late', 'other'));
    expect(() => monitoring.ticket(alarm('Late', 'one'))).toThrow(
      'The alarm Late of one is registered twice; give one of them another name or "of".',
    );
    expect(() => monitoring.page('service', alarm('Late', 'other'))).toThrow('Late of other is registered twice');
  });

  it('knows the titles of a view in the order of their first registration', () => {
    const about = new Stack();
    const monitoring = new Monitoring();
    monitoring.graph({ about, view: 'database', title: 'Traffic', metrics: [] });
    monitoring.ticket(alarm('Cpu'));
    monitoring.graph({ about, view: 'cache', title: 'Elsewhere', metrics: [] });
    monitoring.graph({ about, view: 'database', title: 'Traffic', metrics: [] });
    expect(monitoring.titlesOf('database')).toEqual(['Traffic', 'Cpu']);
    expect(monitoring.titlesOf('queues')).toEqual([]);
  });
});

interface Built {
  readonly register?: (monitoring: Monitoring) => void;
  readonly severities?: readonly Severity[];
  readonly destinations?: AlarmDestinations;
}

function operationsOf({ register = () => {}, severities, destinations }: Built = {}) {
  const own = stack();
  const env: EnvironmentConfig = {
    ...environments.production,
    account,
    alarms: destinations ?? environments.production.alarms,
  };
  const encryptionKey = new EncryptionKey(own, 'Key', { description: 'x', alias: 'x' });
  const monitoring = new Monitoring();
  register(monitoring);
  const topics = new AlarmTopics(own, 'Topics', { encryptionKey, env, severities });
  new Alarms(own, 'Alarms', { monitoring, topics, env });
  if (!severities) {
    new Budget(own, 'Budget', { topic: topics.topic('ticket'), monitoring, env });
    new SlackChannels(own, 'Slack', { topics, edgeSeverities: ['ticket'], env });
  }
  return { template: templateOfStack(own), topics, monitoring };
}

describe('the topics', () => {
  const { template, monitoring } = operationsOf();
  const topics: Readonly<Record<string, CfnResource & { readonly id: string }>> = Object.fromEntries(
    all(template, 'AWS::SNS::Topic').map((topic) => [topic.Properties.TopicName, topic]),
  );

  it('are one for each severity, encrypted with the key of the stack', () => {
    expect(Object.keys(topics)).toEqual(['mr-mentor-production-page', 'mr-mentor-production-ticket']);
    for (const { Properties } of Object.values(topics))
      expect(Properties.KmsMasterKeyId).toEqual({ 'Fn::GetAtt': [only(template, 'AWS::KMS::Key').id, 'Arn'] });
  });

  it('tell people by mail', () => {
    expect(all(template, 'AWS::SNS::Subscription').map(({ Properties }) => Properties)).toEqual(
      Object.values(topics).map(({ id }) => ({
        Protocol: 'email',
        Endpoint: 'alerts@myanalyticsschool.com',
        TopicArn: { Ref: id },
      })),
    );
  });

  it('refuse plain HTTP, and let CloudWatch and Budgets of this account publish', () => {
    for (const { id } of Object.values(topics)) {
      const [policy] = all(template, 'AWS::SNS::TopicPolicy').filter(({ Properties }) =>
        JSON.stringify(Properties.Topics).includes(`"${id}"`),
      );
      const found = statements(policy?.Properties.PolicyDocument);
      expect(found).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Action: 'sns:Publish',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
      expect(found.filter(({ Effect }) => Effect === 'Allow')).toEqual([
        {
          Effect: 'Allow',
          Sid: 'AlarmsAndBudget',
          Principal: { Service: ['budgets.amazonaws.com', 'cloudwatch.amazonaws.com'] },
          Action: 'sns:Publish',
          Resource: { Ref: id },
          Condition: { StringEquals: { 'aws:SourceAccount': account } },
        },
      ]);
    }
  });

  it('let both use the key', () => {
    expect(statements(only(template, 'AWS::KMS::Key').Properties.KeyPolicy)).toContainEqual({
      Effect: 'Allow',
      Sid: 'AlarmsAndBudget',
      Principal: { Service: ['budgets.amazonaws.com', 'cloudwatch.amazonaws.com'] },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:SourceAccount': account } },
    });
  });

  it('hear of the budget: at 80 % spent, and when the forecast is over it', () => {
    const { Budget: budget, NotificationsWithSubscribers } = only(template, 'AWS::Budgets::Budget').Properties;
    expect(budget).toMatchObject({
      BudgetName: 'mr-mentor-production',
      BudgetType: 'COST',
      TimeUnit: 'MONTHLY',
      BudgetLimit: { Amount: 2500, Unit: 'USD' },
      CostFilters: { TagKeyValue: ['user:Environment$production'] },
    });
    expect(NotificationsWithSubscribers).toEqual(
      [
        ['ACTUAL', 80],
        ['FORECASTED', 100],
      ].map(([NotificationType, Threshold]) => ({
        Notification: { NotificationType, Threshold, ThresholdType: 'PERCENTAGE', ComparisonOperator: 'GREATER_THAN' },
        Subscribers: [{ SubscriptionType: 'SNS', Address: { Ref: topics['mr-mentor-production-ticket']?.id } }],
      })),
    );
    expect(monitoring.notices).toEqual([
      {
        name: 'Budget',
        meaning: 'production has cost four fifths of US $2500 this month, or will cost more by its end.',
      },
    ]);
  });

  it('are only those that are asked for, and another one is refused', () => {
    const { template: edge, topics: few } = operationsOf({ severities: ['ticket'] });
    expect(only(edge, 'AWS::SNS::Topic').Properties.TopicName).toBe('mr-mentor-production-ticket');
    expect(() => few.topic('page')).toThrow('has no topic for a page; state it in its severities.');
  });
});

describe('alarms', () => {
  const { template } = operationsOf({
    register(monitoring) {
      monitoring.page('service', alarm('Errors', 'blue'));
      monitoring.page('data-stores-away', alarm('Storage'));
      monitoring.page('data-stores-at-risk', alarm('Memory'));
      monitoring.ticket(alarm('Cpu'));
    },
  });
  const topic = (severity: Severity) => ({
    Ref: all(template, 'AWS::SNS::Topic').find(({ Properties }) => Properties.TopicName.endsWith(severity))?.id,
  });
  const made = Object.fromEntries(
    all(template, 'AWS::CloudWatch::Alarm').map(({ id, Properties }) => [Properties.AlarmName, { id, Properties }]),
  );
  const incidents = all(template, 'AWS::CloudWatch::CompositeAlarm');

  it('are made as they were defined, under a name that says how urgent they are', () => {
    expect(made['mr-mentor-production-ticket-Cpu']?.Properties).toMatchObject({
      MetricName: 'Cpu',
      Threshold: 7,
      ComparisonOperator: 'LessThanThreshold',
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      TreatMissingData: 'breaching',
    });
    expect(Object.keys(made)).toEqual([
      'mr-mentor-production-page-Errors-blue',
      'mr-mentor-production-page-Storage',
      'mr-mentor-production-page-Memory',
      'mr-mentor-production-ticket-Cpu',
    ]);
  });

  it('say what they mean, where to read on and where to look', () => {
    expect(made['mr-mentor-production-page-Errors-blue']?.Properties.AlarmDescription.split('\n')).toEqual([
      'What Errors means to a user.',
      'Runbook: https://github.com/myanalyticsschool/mr-mentor-infra/blob/main/docs/runbook.md#errors',
      'Console: https://ap-south-1.console.aws.amazon.com/rds/home?region=ap-south-1',
      'No data counts as breaching: it always reports.',
    ]);
  });

  it('tell of a ticket themselves, and leave a page to its incident', () => {
    expect(made['mr-mentor-production-ticket-Cpu']?.Properties.AlarmActions).toEqual([topic('ticket')]);
    for (const name of ['page-Errors-blue', 'page-Storage', 'page-Memory'])
      expect(made[`mr-mentor-production-${name}`]?.Properties.AlarmActions).toBeUndefined();
  });

  it('are one incident, which tells when it begins and when it is over', () => {
    expect(incidents.map(({ Properties }) => Properties.AlarmName)).toEqual([
      'mr-mentor-production-page-DataStoresAway',
      'mr-mentor-production-page-DataStoresAtRisk',
      'mr-mentor-production-page-ServiceIncident',
    ]);
    for (const { Properties } of incidents)
      expect(Properties).toMatchObject({ AlarmActions: [topic('page')], OKActions: [topic('page')] });
    const [dataStores, , service] = incidents.map(({ Properties }) => JSON.stringify(Properties.AlarmRule));
    expect(dataStores).toContain(made['mr-mentor-production-page-Storage']?.id);
    expect(dataStores).not.toContain(made['mr-mentor-production-page-Errors-blue']?.id);
    expect(service).toContain(made['mr-mentor-production-page-Errors-blue']?.id);
  });

  it('stay quiet about the service while a data store is away, and not while it is only at risk', () => {
    const [dataStores, atRisk, service] = incidents;
    for (const incident of [dataStores, atRisk]) expect(incident?.Properties.ActionsSuppressor).toBeUndefined();
    expect(service?.Properties).toMatchObject({
      ActionsSuppressor: { 'Fn::GetAtt': [dataStores?.id, 'Arn'] },
      ActionsSuppressorWaitPeriod: 120,
      ActionsSuppressorExtensionPeriod: 300,
    });
  });
});

describe('Slack', () => {
  const channel = (channelId: string) => ({ workspaceId: 'T0123456789', channelId });
  const configurations = (destinations: AlarmDestinations) => {
    const { template } = operationsOf({ destinations });
    const topics = Object.fromEntries(
      all(template, 'AWS::SNS::Topic').map(({ id, Properties }) => [Properties.TopicName.split('-').pop(), id]),
    );
    return { template, topics, made: all(template, 'AWS::Chatbot::SlackChannelConfiguration') };
  };
  const edge = `arn:aws:sns:us-east-1:${account}:mr-mentor-production-ticket`;

  it('hears nothing while no channel is stated', () => {
    const { template, made } = configurations(environments.production.alarms);
    expect(made).toEqual([]);
    expect(all(template, 'AWS::IAM::Role')).toEqual([]);
  });

  it('has a channel for each severity, with the topics of both regions', () => {
    const { topics, made } = configurations({
      page: { email: 'a@b.in', slack: channel('C0PAGES00') },
      ticket: { email: 'a@b.in', slack: channel('C0TICKETS') },
    });
    expect(made.map(({ Properties }) => Properties)).toEqual([
      expect.objectContaining({
        ConfigurationName: 'mr-mentor-production-page',
        SlackWorkspaceId: 'T0123456789',
        SlackChannelId: 'C0PAGES00',
        SnsTopicArns: [{ Ref: topics.page }],
      }),
      expect.objectContaining({
        ConfigurationName: 'mr-mentor-production-ticket',
        SlackChannelId: 'C0TICKETS',
        SnsTopicArns: [{ Ref: topics.ticket }, edge],
      }),
    ]);
  });

  it('has one configuration for a channel that hears of both', () => {
    const both = { email: 'a@b.in', slack: channel('C0BOTH000') };
    const { topics, made } = configurations({ page: both, ticket: both });
    expect(made.map(({ Properties }) => Properties.SnsTopicArns)).toEqual([
      [{ Ref: topics.page }, { Ref: topics.ticket }, edge],
    ]);
  });

  it('may look at alarms and metrics, and nothing else, whatever people type', () => {
    const { template, made } = configurations({
      page: { email: 'a@b.in', slack: channel('C0PAGES00') },
      ticket: { email: 'a@b.in' },
    });
    const guardrail = only(template, 'AWS::IAM::ManagedPolicy');
    expect(made[0]?.Properties.GuardrailPolicies).toEqual([{ Ref: guardrail.id }]);
    expect(only(template, 'AWS::IAM::Role').Properties.ManagedPolicyArns).toEqual([{ Ref: guardrail.id }]);
    expect(statements(guardrail.Properties.PolicyDocument).flatMap(({ Action }) => Action)).toEqual([
      'cloudwatch:DescribeAlarmHistory',
      'cloudwatch:DescribeAlarms',
      'cloudwatch:GetMetricData',
      'cloudwatch:GetMetricStatistics',
    ]);
  });
});
