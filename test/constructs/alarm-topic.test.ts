import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { environments } from '../../lib/config/environments';
import { AlarmTopic } from '../../lib/constructs/alarm-topic';
import { Budget } from '../../lib/constructs/budget';
import { EncryptionKey } from '../../lib/constructs/encryption-key';
import { type AlarmDefinition, Monitoring } from '../../lib/constructs/monitoring';
import { account, all, only, stack, statements, templateOfStack } from './stack';

const alarm = (name: string): AlarmDefinition => ({
  name,
  meaning: `What ${name} means to a user.`,
  metric: new cloudwatch.Metric({ namespace: 'AWS/RDS', metricName: name }),
  threshold: 7,
  comparison: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
  evaluationPeriods: 3,
  missingData: cloudwatch.TreatMissingData.BREACHING,
});

it('registers alarms with their severity, in order', () => {
  const monitoring = new Monitoring();
  expect(monitoring.alarms).toEqual([]);
  const [first, second] = [alarm('First'), alarm('Second')];
  monitoring.ticket(first);
  monitoring.page(second);
  expect(monitoring.alarms).toEqual([
    { severity: 'ticket', alarm: first },
    { severity: 'page', alarm: second },
  ]);
});

describe('the topic of production', () => {
  const own = stack();
  const env = environments.production;
  const encryptionKey = new EncryptionKey(own, 'Key', { description: 'x', alias: 'x' });
  const monitoring = new Monitoring();
  monitoring.page(alarm('Storage'));
  monitoring.ticket(alarm('Cpu'));
  const { topic } = new AlarmTopic(own, 'Alarms', { monitoring, encryptionKey, env });
  new Budget(own, 'Budget', { topic, env });
  const template = templateOfStack(own);
  const { id, Properties } = only(template, 'AWS::SNS::Topic');

  it("is encrypted with the stack's key and tells people by mail", () => {
    expect(Properties.KmsMasterKeyId).toEqual({ 'Fn::GetAtt': [only(template, 'AWS::KMS::Key').id, 'Arn'] });
    expect(only(template, 'AWS::SNS::Subscription').Properties).toMatchObject({
      Protocol: 'email',
      Endpoint: 'alerts@myanalyticsschool.com',
      TopicArn: { Ref: id },
    });
  });

  it('refuses plain HTTP', () => {
    const { PolicyDocument, Topics } = only(template, 'AWS::SNS::TopicPolicy').Properties;
    expect(Topics).toEqual([{ Ref: id }]);
    expect(statements(PolicyDocument)).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Action: 'sns:Publish',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
  });

  it('lets CloudWatch and Budgets of this account publish, and use the key for it', () => {
    const allowed = (document: Parameters<typeof statements>[0]) =>
      statements(document).filter(({ Sid }) => Sid === 'AlarmsAndBudget');
    const common = {
      Effect: 'Allow',
      Sid: 'AlarmsAndBudget',
      Principal: { Service: ['budgets.amazonaws.com', 'cloudwatch.amazonaws.com'] },
      Condition: { StringEquals: { 'aws:SourceAccount': account } },
    };
    expect(allowed(only(template, 'AWS::SNS::TopicPolicy').Properties.PolicyDocument)).toEqual([
      { ...common, Action: 'sns:Publish', Resource: { Ref: id } },
    ]);
    expect(allowed(only(template, 'AWS::KMS::Key').Properties.KeyPolicy)).toEqual([
      { ...common, Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: '*' },
    ]);
  });

  it('receives each alarm that a construct registered, as it was defined', () => {
    expect(all(template, 'AWS::CloudWatch::Alarm').map(({ Properties: made }) => made)).toEqual(
      [
        ['mr-mentor-production-page-Storage', 'Storage'],
        ['mr-mentor-production-ticket-Cpu', 'Cpu'],
      ].map(([AlarmName, name]) =>
        expect.objectContaining({
          AlarmName,
          AlarmDescription: expect.stringContaining(`What ${name} means to a user.`),
          MetricName: name,
          Threshold: 7,
          ComparisonOperator: 'LessThanThreshold',
          EvaluationPeriods: 3,
          TreatMissingData: 'breaching',
          AlarmActions: [{ Ref: id }],
        }),
      ),
    );
  });

  it('hears of the budget: at 80 % spent, and when the forecast is over it', () => {
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
        Notification: {
          NotificationType,
          Threshold,
          ThresholdType: 'PERCENTAGE',
          ComparisonOperator: 'GREATER_THAN',
        },
        Subscribers: [{ SubscriptionType: 'SNS', Address: { Ref: id } }],
      })),
    );
  });
});
