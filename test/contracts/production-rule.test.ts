import { testHeader } from '../../lib/config/container';
import { environments } from '../../lib/config/environments';
import { type CfnResource, environmentNames, stackOf } from '../deployed';

type Resource = CfnResource & { readonly logicalId: string };

const resourcesOf = (environment: (typeof environmentNames)[number], type: string): Resource[] =>
  Object.entries(stackOf(environment, 'service').template.Resources)
    .filter(([, { Type }]) => Type === type)
    .map(([logicalId, resource]) => ({ ...resource, logicalId }));

const only = (resources: readonly Resource[]): Resource => {
  const [first, ...others] = resources;
  if (first === undefined || others.length > 0) throw new Error(`expected one resource, not ${resources.length}`);
  return first;
};

const rulesOf = (environment: (typeof environmentNames)[number]) =>
  resourcesOf(environment, 'AWS::ElasticLoadBalancingV2::ListenerRule');
const httpsListenerOf = (environment: (typeof environmentNames)[number]) =>
  only(
    resourcesOf(environment, 'AWS::ElasticLoadBalancingV2::Listener').filter(
      ({ Properties }) => Properties.Port === 443,
    ),
  );
const hostHeader = (environment: (typeof environmentNames)[number]) => ({
  Field: 'host-header',
  HostHeaderConfig: { Values: environments[environment].apiDomains.map(({ name }) => name) },
});
const webServiceOf = (environment: (typeof environmentNames)[number]) =>
  only(resourcesOf(environment, 'AWS::ECS::Service').filter(({ Properties }) => Properties.LoadBalancers.length > 0));

/** Tags belong to tags.test.ts. Everything else of a rule is held: any change of it writes the weights back. */
const Tags = expect.anything();

const blueGreen = environmentNames.filter((name) => environments[name].deployment.strategy === 'blue-green');
const rolling = environmentNames.filter((name) => environments[name].deployment.strategy === 'rolling');

it('knows how every environment releases', () => {
  expect({ blueGreen, rolling }).toEqual({ blueGreen: ['staging', 'demo', 'production'], rolling: ['development'] });
});

describe.each(environmentNames)('%s', (environment) => {
  it('answers hosts that no rule names with a fixed 503', () => {
    expect(httpsListenerOf(environment).Properties.DefaultActions).toEqual([
      {
        Type: 'fixed-response',
        FixedResponseConfig: { StatusCode: '503', ContentType: 'application/json', MessageBody: expect.any(String) },
      },
    ]);
  });

  it('leaves the number of web tasks to scaling', () => {
    expect(webServiceOf(environment).Properties).not.toHaveProperty('DesiredCount');
    expect(resourcesOf(environment, 'AWS::ApplicationAutoScaling::ScalableTarget')).toHaveLength(1);
  });

  it('deploys the worker after the web service has succeeded', () => {
    const web = webServiceOf(environment);
    const worker = only(
      resourcesOf(environment, 'AWS::ECS::Service').filter(({ logicalId }) => logicalId !== web.logicalId),
    );
    expect(worker.DependsOn).toContain(web.logicalId);
    expect(worker.Properties.DeploymentConfiguration.Strategy).toBeUndefined();
  });
});

describe.each(blueGreen)('%s, in which ECS moves the weights', (environment) => {
  const colours = () => {
    const { TargetGroupArn, AdvancedConfiguration } = webServiceOf(environment).Properties.LoadBalancers[0];
    return { blue: TargetGroupArn, green: AdvancedConfiguration.AlternateTargetGroupArn };
  };
  const forward = () => ({
    Type: 'forward',
    ForwardConfig: {
      TargetGroups: [
        { TargetGroupArn: colours().blue, Weight: 100 },
        { TargetGroupArn: colours().green, Weight: 0 },
      ],
      // Without it Elastic Load Balancing refuses groups that are sticky themselves.
      TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 1 },
    },
  });

  it('has exactly these two rules', () => {
    const ListenerArn = { Ref: httpsListenerOf(environment).logicalId };
    const rules = rulesOf(environment).sort((a, b) => a.Properties.Priority - b.Properties.Priority);
    expect(rules.map(({ Properties }) => Properties)).toEqual([
      {
        ListenerArn,
        Priority: 10,
        Conditions: [
          hostHeader(environment),
          {
            Field: 'http-header',
            HttpHeaderConfig: { HttpHeaderName: testHeader.name, Values: [testHeader.value] },
          },
        ],
        Actions: [forward()],
        Tags,
      },
      { ListenerArn, Priority: 20, Conditions: [hostHeader(environment)], Actions: [forward()], Tags },
    ]);
  });

  it('keeps the logical ids of the rules and target groups, so that a rename does not move traffic', () => {
    expect(rulesOf(environment).map(({ logicalId }) => logicalId)).toEqual([
      'WebReleaseTestRule41B6D56B',
      'WebReleaseProductionRuleBC930116',
    ]);
    expect(colours()).toEqual({ blue: { Ref: 'WebReleaseBlue3787C3C0' }, green: { Ref: 'WebReleaseGreen3F49E951' } });
  });

  it('gives the service both target groups and both rules', () => {
    const [testRule, productionRule] = rulesOf(environment);
    const groups = resourcesOf(environment, 'AWS::ElasticLoadBalancingV2::TargetGroup');
    const { LoadBalancers } = webServiceOf(environment).Properties;
    expect(groups).toHaveLength(2);
    expect(LoadBalancers).toEqual([
      {
        ContainerName: 'app',
        ContainerPort: 8000,
        TargetGroupArn: { Ref: groups[0]?.logicalId },
        AdvancedConfiguration: {
          AlternateTargetGroupArn: { Ref: groups[1]?.logicalId },
          ProductionListenerRule: { Ref: productionRule?.logicalId },
          TestListenerRule: { Ref: testRule?.logicalId },
          RoleArn: { 'Fn::GetAtt': [expect.stringContaining('TrafficRole'), 'Arn'] },
        },
      },
    ]);
  });

  it('has two colours that differ in nothing', () => {
    const [blue, green] = resourcesOf(environment, 'AWS::ElasticLoadBalancingV2::TargetGroup');
    expect(green?.Properties).toEqual(blue?.Properties);
  });

  it('tests green before it gets traffic, bakes, and takes a bad release back', () => {
    const { deployment } = environments[environment];
    const { DeploymentConfiguration } = webServiceOf(environment).Properties;
    const smokeTest = only(resourcesOf(environment, 'AWS::Lambda::Function'));
    expect(DeploymentConfiguration).toEqual({
      Strategy: 'BLUE_GREEN',
      BakeTimeInMinutes: deployment.strategy === 'blue-green' && deployment.bakeMinutes,
      MinimumHealthyPercent: 100,
      MaximumPercent: 200,
      LifecycleHooks: [
        {
          LifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'],
          HookTargetArn: { 'Fn::GetAtt': [smokeTest.logicalId, 'Arn'] },
          RoleArn: { 'Fn::GetAtt': [expect.stringContaining('InvokeRole'), 'Arn'] },
        },
      ],
      Alarms: { Enable: true, Rollback: true, AlarmNames: expect.any(Array) },
    });
  });

  it('rolls back on alarms of both colours, each of which exists', () => {
    const { AlarmNames } = webServiceOf(environment).Properties.DeploymentConfiguration.Alarms;
    const alarms = resourcesOf(environment, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
    expect(AlarmNames).toEqual(alarms.map(({ AlarmName }) => AlarmName));
    for (const colour of Object.values<{ Ref: string }>(colours()))
      expect(alarms.filter((alarm) => JSON.stringify(alarm).includes(`"${colour.Ref}"`))).toHaveLength(2);
  });
});

it('bakes production for half an hour', () => {
  expect(webServiceOf('production').Properties.DeploymentConfiguration.BakeTimeInMinutes).toBe(30);
});

describe.each(rolling)('%s, which rolls', (environment) => {
  it('has one rule to one target group, with the priority of the others', () => {
    const group = only(resourcesOf(environment, 'AWS::ElasticLoadBalancingV2::TargetGroup'));
    expect(only(rulesOf(environment)).Properties).toEqual({
      ListenerArn: { Ref: httpsListenerOf(environment).logicalId },
      Priority: 20,
      Conditions: [hostHeader(environment)],
      Actions: [{ Type: 'forward', TargetGroupArn: { Ref: group.logicalId } }],
      Tags,
    });
  });

  it('goes back by itself when new tasks do not become healthy', () => {
    expect(webServiceOf(environment).Properties.DeploymentConfiguration).toEqual({
      MinimumHealthyPercent: 0,
      MaximumPercent: 100,
      DeploymentCircuitBreaker: { Enable: true, Rollback: true },
    });
  });
});
