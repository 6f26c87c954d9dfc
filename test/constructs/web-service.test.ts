import { rollingMaximumPercent } from '../../lib/config/capacity';
import { timings } from '../../lib/config/timings';
import { templateOf } from '../synthesise';
import { all, only } from './stack';

const production = templateOf('production', 'service');
const development = templateOf('development', 'service');
const operations = templateOf('production', 'operations');

const web = (template = production) => only(template, 'AWS::ECS::Service', 'WebService');
const worker = (template = production) => only(template, 'AWS::ECS::Service', 'WorkerService');
const targetGroups = (template = production) =>
  all(template, 'AWS::ElasticLoadBalancingV2::TargetGroup').map(({ id }) => id);
const [blue, green] = targetGroups();
const services = [
  ['web of production', production, 'WebService'],
  ['worker of production', production, 'WorkerService'],
  ['web of development', development, 'WebService'],
  ['worker of development', development, 'WorkerService'],
] as const;

describe.each(services)('%s', (_, template, prefix) => {
  const { Properties, DependsOn } = only(template, 'AWS::ECS::Service', prefix);

  it('is placed by the capacity provider, so that hosts come with the tasks', () => {
    expect(Properties.LaunchType).toBeUndefined();
    expect(Properties.CapacityProviderStrategy).toEqual([
      { CapacityProvider: { Ref: only(template, 'AWS::ECS::CapacityProvider').id }, Weight: 1 },
    ]);
    expect(DependsOn).toContain(only(template, 'AWS::ECS::ClusterCapacityProviderAssociations').id);
  });

  it('spreads over the zones, then fills hosts', () => {
    expect(Properties.PlacementStrategies).toEqual([
      { Type: 'spread', Field: 'attribute:ecs.availability-zone' },
      { Type: 'binpack', Field: 'MEMORY' },
    ]);
  });

  it('has its tasks in the application subnets, without public addresses, in the one group of all tasks', () => {
    const { AssignPublicIp, Subnets, SecurityGroups } = Properties.NetworkConfiguration.AwsvpcConfiguration;
    expect(AssignPublicIp).toBe('DISABLED');
    for (const subnet of Subnets) expect(subnet['Fn::ImportValue']).toContain('VpcapplicationSubnet');
    const [group] = all(template, 'AWS::EC2::SecurityGroup', 'ApplicationSecurityGroup');
    expect(SecurityGroups).toEqual([{ 'Fn::GetAtt': [group?.id, 'GroupId'] }]);
  });

  it('tags its tasks', () => {
    expect(Properties).toMatchObject({ EnableECSManagedTags: true, PropagateTags: 'SERVICE' });
  });
});

describe('web where no gap is allowed', () => {
  it('is released blue-green: all of the old stay, as many new ones come, and it bakes', () => {
    expect(web().Properties.DeploymentConfiguration).toMatchObject({
      Strategy: 'BLUE_GREEN',
      MinimumHealthyPercent: 100,
      MaximumPercent: 200,
      BakeTimeInMinutes: 30,
      LifecycleHooks: [
        {
          LifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'],
          HookTargetArn: { 'Fn::GetAtt': [only(production, 'AWS::Lambda::Function', 'WebRelease').id, 'Arn'] },
        },
      ],
    });
    expect(web().Properties.DeploymentConfiguration.DeploymentCircuitBreaker).toBeUndefined();
  });

  it('is rolled back by the alarms of both colours, which exist before it', () => {
    const alarms = all(production, 'AWS::CloudWatch::Alarm');
    const { Alarms } = web().Properties.DeploymentConfiguration;
    expect(Alarms).toMatchObject({ Enable: true, Rollback: true });
    expect([...Alarms.AlarmNames].sort()).toEqual(alarms.map(({ Properties }) => Properties.AlarmName).sort());
    expect(alarms).toHaveLength(4);
    expect(web().DependsOn).toEqual(expect.arrayContaining(alarms.map(({ id }) => id)));
  });

  it('is in the hands of ECS: both groups, both rules and a role of our own', () => {
    const rule = (name: string) =>
      only(production, 'AWS::ElasticLoadBalancingV2::ListenerRule', `WebRelease${name}`).id;
    expect(web().Properties.LoadBalancers).toEqual([
      {
        ContainerName: 'app',
        ContainerPort: 8000,
        TargetGroupArn: { Ref: blue },
        AdvancedConfiguration: {
          AlternateTargetGroupArn: { Ref: green },
          ProductionListenerRule: { Ref: rule('Production') },
          TestListenerRule: { Ref: rule('Test') },
          RoleArn: { 'Fn::GetAtt': [only(production, 'AWS::IAM::Role', 'WebReleaseTrafficRole').id, 'Arn'] },
        },
      },
    ]);
    expect(blue).toMatch(/^WebReleaseBlue/);
    expect(green).toMatch(/^WebReleaseGreen/);
    expect(web().DependsOn).toEqual(expect.arrayContaining([rule('Production'), rule('Test')]));
  });

  it('gives new tasks time to start', () => {
    expect(web().Properties.HealthCheckGracePeriodSeconds).toBe(timings.startGracePeriod);
  });

  it('has as many tasks as scaling has reached: the template does not say', () => {
    expect(web().Properties.DesiredCount).toBeUndefined();
    expect(web(development).Properties.DesiredCount).toBeUndefined();
  });
});

describe('web where a gap is allowed', () => {
  it('rolls on one group, without any part of a blue-green release', () => {
    expect(web(development).Properties.DeploymentConfiguration).toEqual({
      MinimumHealthyPercent: 0,
      MaximumPercent: 100,
      DeploymentCircuitBreaker: { Enable: true, Rollback: true },
    });
    const [group, ...others] = targetGroups(development);
    expect(others).toEqual([]);
    expect(web(development).Properties.LoadBalancers).toEqual([
      { ContainerName: 'app', ContainerPort: 8000, TargetGroupArn: { Ref: group } },
    ]);
    expect(only(development, 'AWS::ElasticLoadBalancingV2::ListenerRule').Properties).toMatchObject({
      Priority: 20,
      Conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: ['dev-api.myanalyticsschool.com'] } }],
      Actions: [{ Type: 'forward', TargetGroupArn: { Ref: group } }],
    });
    development.resourceCountIs('AWS::Lambda::Function', 0);
    development.resourceCountIs('AWS::CloudWatch::Alarm', 0);
  });
});

describe('the load balancer and the tasks', () => {
  it('meet on the port of the container only', () => {
    for (const template of [production, development]) {
      const [group] = all(template, 'AWS::EC2::SecurityGroup', 'ApplicationSecurityGroup');
      const [balancer] = all(template, 'AWS::EC2::SecurityGroup', 'LoadBalancerSecurityGroup');
      const ways = all(template, 'AWS::EC2::SecurityGroupIngress')
        .map(({ Properties }) => Properties)
        .filter(({ GroupId }) => JSON.stringify(GroupId).includes(`"${group?.id}"`));
      expect(ways).toEqual([
        expect.objectContaining({
          IpProtocol: 'tcp',
          FromPort: 8000,
          ToPort: 8000,
          SourceSecurityGroupId: { 'Fn::GetAtt': [balancer?.id, 'GroupId'] },
        }),
      ]);
    }
  });
});

describe('the worker', () => {
  it('rolls, never below its number, and is taken back if it does not start', () => {
    expect(worker().Properties.DeploymentConfiguration).toEqual({
      MinimumHealthyPercent: 100,
      MaximumPercent: rollingMaximumPercent,
      DeploymentCircuitBreaker: { Enable: true, Rollback: true },
    });
    expect(worker().Properties.DesiredCount).toBe(2);
    expect(worker(development).Properties.DesiredCount).toBe(1);
  });

  it('is behind no load balancer', () => expect(worker().Properties.LoadBalancers ?? []).toEqual([]));

  it.each([
    ['production', production],
    ['development', development],
  ])('is deployed after web has succeeded: %s', (_, template) => {
    expect(worker(template).DependsOn).toContain(web(template).id);
    expect(JSON.stringify(web(template))).not.toContain(worker(template).id);
  });
});

describe('scaling of web', () => {
  const policy = (template = production) =>
    only(template, 'AWS::ApplicationAutoScaling::ScalingPolicy').Properties.TargetTrackingScalingPolicyConfiguration;
  const metrics = (template = production) => policy(template).CustomizedMetricSpecification.Metrics;

  it('keeps to the stated range, of this service', () => {
    const target = only(production, 'AWS::ApplicationAutoScaling::ScalableTarget').Properties;
    expect(target).toMatchObject({
      MinCapacity: 3,
      MaxCapacity: 6,
      ScalableDimension: 'ecs:service:DesiredCount',
      ServiceNamespace: 'ecs',
      ResourceId: {
        'Fn::Join': [
          '',
          ['service/', { Ref: only(production, 'AWS::ECS::Cluster').id }, '/', { 'Fn::GetAtt': [web().id, 'Name'] }],
        ],
      },
    });
    production.resourceCountIs('AWS::ApplicationAutoScaling::ScalableTarget', 1);
  });

  it('adds up the requests per target of both colours, where a resting one counts as none', () => {
    const perTarget = (id: string, group: string | undefined) => ({
      Id: id,
      ReturnData: false,
      MetricStat: {
        Stat: 'Sum',
        Metric: {
          Namespace: 'AWS/ApplicationELB',
          MetricName: 'RequestCountPerTarget',
          Dimensions: [{ Name: 'TargetGroup', Value: { 'Fn::GetAtt': [group, 'TargetGroupFullName'] } }],
        },
      },
    });
    expect(metrics()).toEqual([
      perTarget('m0', blue),
      perTarget('m1', green),
      expect.objectContaining({ Expression: 'SUM([m0, m1])', ReturnData: true }),
    ]);
    expect(metrics(development)).toEqual([
      perTarget('m0', targetGroups(development)[0]),
      expect.objectContaining({ Expression: 'SUM([m0])', ReturnData: true }),
    ]);
  });

  it('grows in a minute and shrinks in five', () => {
    expect(policy()).toMatchObject({ TargetValue: 1200, ScaleOutCooldown: 60, ScaleInCooldown: 300 });
  });
});

it('wakes somebody when no colour has a healthy task, or nobody counts them', () => {
  const alarm = all(operations, 'AWS::CloudWatch::Alarm').find(
    ({ Properties }) => Properties.AlarmName === 'mr-mentor-production-page-WebTargets',
  );
  expect(alarm?.Properties).toMatchObject({
    Threshold: 1,
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: 'breaching',
  });
  const { Metrics } = alarm?.Properties ?? {};
  expect(Metrics[0]).toMatchObject({ Expression: 'SUM([blue, green])', ReturnData: true });
  expect(JSON.stringify(Metrics)).toMatch(/HealthyHostCount.*HealthyHostCount/);
  expect(JSON.stringify(Metrics)).toMatch(/WebReleaseBlue.*WebReleaseGreen/);
});
