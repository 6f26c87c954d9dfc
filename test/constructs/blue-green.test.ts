import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { smokeChecks, testHeader } from '../../lib/config/container';
import type { BlueGreenDeployment } from '../../lib/config/environment';
import { environments } from '../../lib/config/environments';
import { timings } from '../../lib/config/timings';
import { BlueGreen } from '../../lib/constructs/blue-green';
import { EncryptionKey } from '../../lib/constructs/encryption-key';
import type { LoadBalancer } from '../../lib/constructs/load-balancer';
import { Monitoring } from '../../lib/constructs/monitoring';
import { actions, all, only, stack, statements, templateOfStack } from './stack';

/** Two colours in a stack of their own, behind a listener of the simplest kind. */
function releaseOf(deployment: BlueGreenDeployment) {
  const own = stack();
  const vpc = ec2.Vpc.fromVpcAttributes(own, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['ap-south-1a'] });
  const listener = new elbv2.ApplicationListener(own, 'Listener', {
    loadBalancer: elbv2.ApplicationLoadBalancer.fromApplicationLoadBalancerAttributes(own, 'Balancer', {
      loadBalancerArn: 'arn:aws:elasticloadbalancing:ap-south-1:123456789012:loadbalancer/app/a/b',
      securityGroupId: 'sg-1',
      vpc,
    }),
    port: 80,
    defaultAction: elbv2.ListenerAction.fixedResponse(503),
  });
  const blueGreen = new BlueGreen(own, 'Release', {
    vpc,
    loadBalancer: {
      listener,
      balancer: { loadBalancerDnsName: 'alb.example.com', loadBalancerFullName: 'app/a/b' },
    } as unknown as LoadBalancer,
    encryptionKey: new EncryptionKey(own, 'Key', { description: 'x', alias: 'x' }),
    monitoring: new Monitoring(),
    env: environments.production,
    revision: 'main-1a2b3c4',
    deployment,
  });
  return { own, blueGreen, template: templateOfStack(own) };
}
const { own, blueGreen, template } = releaseOf({ strategy: 'blue-green', bakeMinutes: 30, alarms: true });
const blue = only(template, 'AWS::ElasticLoadBalancingV2::TargetGroup', 'ReleaseBlue');
const green = only(template, 'AWS::ElasticLoadBalancingV2::TargetGroup', 'ReleaseGreen');
const rule = (name: string) => only(template, 'AWS::ElasticLoadBalancingV2::ListenerRule', `Release${name}Rule`);
const permissions = (role: string) =>
  statements(only(template, 'AWS::IAM::ManagedPolicy', role).Properties.PolicyDocument);

describe('two colours', () => {
  it('are the same but for their name', () => {
    expect(blue.Properties).toEqual(green.Properties);
    expect(blue.id).not.toBe(green.id);
  });

  it.each(['Production', 'Test'])('share the %s rule 100 to 0 from the first deployment on, forward only', (name) => {
    expect(rule(name).Properties.Actions).toEqual([
      {
        Type: 'forward',
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: { Ref: blue.id }, Weight: 100 },
            { TargetGroupArn: { Ref: green.id }, Weight: 0 },
          ],
          TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 1 },
        },
      },
    ]);
  });

  it('answer to the names of the API, and under test to the header as well, which is asked first', () => {
    const hosts = {
      Field: 'host-header',
      HostHeaderConfig: { Values: ['api.mrmentor.in', 'api.myanalyticsschool.com'] },
    };
    expect(rule('Production').Properties.Conditions).toEqual([hosts]);
    expect(rule('Test').Properties.Conditions).toEqual([
      hosts,
      {
        Field: 'http-header',
        HttpHeaderConfig: { HttpHeaderName: testHeader.name, Values: [testHeader.value] },
      },
    ]);
    expect(rule('Test').Properties.Priority).toBeLessThan(rule('Production').Properties.Priority);
  });
});

describe('ECS', () => {
  it('bakes as long as the environment states, after the smoke test', () => {
    const { deploymentStrategy, bakeTime, lifecycleHooks } = blueGreen.serviceProps;
    expect(deploymentStrategy).toBe('BLUE_GREEN');
    expect(bakeTime?.toMinutes()).toBe(30);
    expect(lifecycleHooks).toHaveLength(1);
  });

  it('moves traffic of these rules and groups, and can change nothing else', () => {
    const changing = permissions('ReleaseTrafficRole').filter(
      (statement) => !actions(statement).every((action) => action.startsWith('elasticloadbalancing:Describe')),
    );
    expect(changing).toEqual([
      {
        Effect: 'Allow',
        Action: 'elasticloadbalancing:ModifyRule',
        Resource: [{ Ref: rule('Production').id }, { Ref: rule('Test').id }],
      },
      {
        Effect: 'Allow',
        Action: 'elasticloadbalancing:ModifyListener',
        Resource: { Ref: only(template, 'AWS::ElasticLoadBalancingV2::Listener').id },
      },
      {
        Effect: 'Allow',
        Action: ['elasticloadbalancing:DeregisterTargets', 'elasticloadbalancing:RegisterTargets'],
        Resource: [{ Ref: blue.id }, { Ref: green.id }],
      },
    ]);
    expect(
      statements(only(template, 'AWS::IAM::Role', 'ReleaseTrafficRole').Properties.AssumeRolePolicyDocument),
    ).toEqual([expect.objectContaining({ Principal: { Service: 'ecs.amazonaws.com' } })]);
  });
});

describe('the alarms of a release', () => {
  const alarms = all(template, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
  const named = (colour: string, what: string) =>
    alarms.find(({ AlarmName }) => AlarmName === `mr-mentor-production-release-${what}-${colour}`);

  it('watch both colours, because the new one alternates, and roll back', () => {
    const names = ['ReleaseErrors-blue', 'ReleaseUnhealthy-blue', 'ReleaseErrors-green', 'ReleaseUnhealthy-green'].map(
      (name) => `mr-mentor-production-release-${name}`,
    );
    expect(alarms.map(({ AlarmName }) => AlarmName)).toEqual(names);
    expect(blueGreen.serviceProps.deploymentAlarms).toEqual({ alarmNames: names, behavior: 'ROLLBACK_ON_ALARM' });
  });

  it.each([
    ['blue', blue],
    ['green', green],
  ])('are fast, and quiet while %s rests', (colour, group) => {
    const common = {
      EvaluationPeriods: 2,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    };
    const ofColour = {
      Namespace: 'AWS/ApplicationELB',
      Dimensions: expect.arrayContaining([
        { Name: 'TargetGroup', Value: { 'Fn::GetAtt': [group.id, 'TargetGroupFullName'] } },
      ]),
    };
    const counted = (Id: string, MetricName: string) => ({
      Id,
      ReturnData: false,
      MetricStat: { Period: 60, Stat: 'Sum', Metric: { ...ofColour, MetricName } },
    });
    const { Metrics, ...errors } = named(colour, 'ReleaseErrors');
    expect(errors).toMatchObject({ ...common, Threshold: 5 });
    expect(Metrics).toEqual([
      expect.objectContaining({
        Expression: `IF(${colour}Requests >= 50, 100 * FILL(${colour}Errors, 0) / ${colour}Requests, 0)`,
      }),
      counted(`${colour}Errors`, 'HTTPCode_Target_5XX_Count'),
      counted(`${colour}Requests`, 'RequestCount'),
    ]);
    expect(named(colour, 'ReleaseUnhealthy')).toMatchObject({
      ...common,
      ...ofColour,
      Period: 60,
      MetricName: 'UnHealthyHostCount',
      Statistic: 'Minimum',
      Threshold: 0,
    });
  });

  it('are left out where the environment does not want them', () => {
    const without = releaseOf({ strategy: 'blue-green', bakeMinutes: 5, alarms: false });
    without.template.resourceCountIs('AWS::CloudWatch::Alarm', 0);
    expect(without.blueGreen.serviceProps.deploymentAlarms).toBeUndefined();
    expect(without.blueGreen.serviceProps.bakeTime?.toMinutes()).toBe(5);
  });
});

describe('the smoke test', () => {
  const handler = only(template, 'AWS::Lambda::Function');

  it('asks green what users will ask it', () => {
    expect(handler.Properties).toMatchObject({
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Timeout: timings.smokeTestTimeout,
    });
    expect(handler.Properties.Environment.Variables).toEqual({
      BASE_URL: 'https://api.mrmentor.in',
      CONNECT_TO: 'alb.example.com',
      TEST_HEADER_NAME: testHeader.name,
      TEST_HEADER_VALUE: testHeader.value,
      EXPECTED_ENVIRONMENT: 'production',
      EXPECTED_REVISION: 'main-1a2b3c4',
      CHECKS: smokeChecks.join(','),
    });
    expect(handler.Properties.VpcConfig).toBeUndefined();
    expect(handler.Properties.ReservedConcurrentExecutions).toBeUndefined();
  });

  it('runs after test traffic has moved, called by a role that can call nothing else', () => {
    const [hook] = blueGreen.serviceProps.lifecycleHooks ?? [];
    const { targetArn, role, lifecycleStages } = hook?.bind(own) ?? {};
    expect(lifecycleStages).toEqual(['POST_TEST_TRAFFIC_SHIFT']);
    expect(own.resolve(targetArn)).toEqual({ 'Fn::GetAtt': [handler.id, 'Arn'] });
    const invoker = only(template, 'AWS::IAM::Role', 'ReleaseSmokeTestInvokeRole');
    expect(own.resolve(role?.roleArn)).toEqual({ 'Fn::GetAtt': [invoker.id, 'Arn'] });
    expect(permissions('ReleaseSmokeTestInvokeRole')).toEqual([
      { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: { 'Fn::GetAtt': [handler.id, 'Arn'] } },
    ]);
  });

  it('writes its own encrypted log and nothing else', () => {
    const [logGroup] = all(template, 'AWS::Logs::LogGroup', 'ReleaseSmokeTest');
    expect(handler.Properties.LoggingConfig).toEqual({ LogGroup: { Ref: logGroup?.id } });
    expect(logGroup?.Properties.KmsKeyId).toEqual({ 'Fn::GetAtt': [only(template, 'AWS::KMS::Key').id, 'Arn'] });
    expect(permissions('ReleaseSmokeTestRole')).toEqual([
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: { 'Fn::GetAtt': [logGroup?.id, 'Arn'] },
      },
    ]);
  });
});
