import type { EnvironmentName } from '../../lib/config/environment';
import { environmentNames, type LocatedResource, resourcesOf } from '../deployed';
import { referencesOf } from './references';

interface Ingress {
  readonly to: string;
  readonly from: string;
  readonly ports: string;
}

const portsOf = ({ IpProtocol, FromPort, ToPort }: { IpProtocol: string; FromPort?: number; ToPort?: number }) =>
  FromPort === ToPort ? `${IpProtocol} ${FromPort ?? 'all'}` : `${IpProtocol} ${FromPort}-${ToPort}`;

/** Every way into a security group, whether it stands in the group or beside it, perhaps in another stack. */
function ingressOf(environment: EnvironmentName, resources: readonly LocatedResource[]): Ingress[] {
  const resolve = referencesOf(environment);
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON of any shape
  const rule = (stack: string, to: string, rule: any): Ingress => ({
    to,
    from: rule.CidrIp ?? rule.CidrIpv6 ?? rule.SourcePrefixListId ?? resolve(stack, rule.SourceSecurityGroupId),
    ports: portsOf(rule),
  });
  return resources.flatMap(({ Type, Properties, stack, logicalId }) => {
    if (Type === 'AWS::EC2::SecurityGroupIngress') return [rule(stack, resolve(stack, Properties.GroupId), Properties)];
    if (Type !== 'AWS::EC2::SecurityGroup') return [];
    return (Properties.SecurityGroupIngress ?? []).map((inline: unknown) =>
      rule(stack, `${stack}/${logicalId}`, inline),
    );
  });
}

/** Who is meant to be open to the world: the load balancer. */
const openToTheWorld = (ingress: readonly Ingress[]) => ingress.filter(({ from }) => from.endsWith('/0'));

describe.each(environmentNames)('in %s', (environment) => {
  const resources = () => resourcesOf(environment);
  const ofType = (type: string) => resources().filter(({ Type }) => Type === type);
  const only = (type: string): LocatedResource => {
    const [first, ...others] = ofType(type);
    if (first === undefined || others.length > 0) throw new Error(`expected one ${type}, not ${others.length + 1}`);
    return first;
  };
  const groupOf = ({ stack }: LocatedResource, groups: readonly unknown[]) => {
    expect(groups).toHaveLength(1);
    return referencesOf(environment)(stack, groups[0]);
  };
  const nouns = () => {
    const database = only('AWS::RDS::DBInstance');
    const cache = only('AWS::ElastiCache::ReplicationGroup');
    const balancer = only('AWS::ElasticLoadBalancingV2::LoadBalancer');
    const tasks = ofType('AWS::ECS::Service').map((service) =>
      groupOf(service, service.Properties.NetworkConfiguration.AwsvpcConfiguration.SecurityGroups),
    );
    expect(new Set(tasks).size).toBe(1);
    return {
      tasks: tasks[0] as string,
      balancer: groupOf(balancer, balancer.Properties.SecurityGroups),
      database: groupOf(database, database.Properties.VPCSecurityGroups),
      databasePort: Number(database.Properties.Port),
      cache: groupOf(cache, cache.Properties.SecurityGroupIds),
      cachePort: Number(cache.Properties.Port),
    };
  };
  const into = (group: string) =>
    ingressOf(environment, resources())
      .filter(({ to }) => to === group)
      .map(({ from, ports }) => ({ from, ports }));
  const containerPorts = () =>
    ofType('AWS::ECS::TaskDefinition').flatMap(({ Properties }) =>
      (Properties.ContainerDefinitions[0].PortMappings ?? []).map(
        ({ ContainerPort }: { ContainerPort: number }) => ContainerPort,
      ),
    );

  it('the load balancer reaches the tasks on the container port, and nobody else does', () => {
    const { tasks, balancer } = nouns();
    expect([...new Set(containerPorts())]).toEqual([8000]);
    expect(into(tasks)).toEqual([{ from: balancer, ports: 'tcp 8000' }]);
  });

  it('the load balancer may send to the tasks, and nowhere else', () => {
    const { tasks, balancer } = nouns();
    const resolve = referencesOf(environment);
    const group = resources().find(({ stack, logicalId }) => `${stack}/${logicalId}` === balancer);
    expect(group?.Properties.SecurityGroupEgress).toBeUndefined();
    const egress = ofType('AWS::EC2::SecurityGroupEgress').map(({ stack, Properties }) => ({
      from: resolve(stack, Properties.GroupId),
      to: resolve(stack, Properties.DestinationSecurityGroupId),
      ports: portsOf(Properties),
    }));
    expect(egress).toEqual([{ from: balancer, to: tasks, ports: 'tcp 8000' }]);
  });

  it('every target group sends to the container port', () => {
    for (const { Properties } of ofType('AWS::ElasticLoadBalancingV2::TargetGroup'))
      expect(Properties).toMatchObject({ Port: 8000, TargetType: 'ip' });
  });

  it('the tasks reach the database on its port, and nothing else enters it', () => {
    const { tasks, database, databasePort } = nouns();
    expect(into(database)).toEqual([{ from: tasks, ports: `tcp ${databasePort}` }]);
  });

  it('the tasks reach Redis on its port, and nothing else enters it', () => {
    const { tasks, cache, cachePort } = nouns();
    expect(into(cache)).toEqual([{ from: tasks, ports: `tcp ${cachePort}` }]);
  });

  it('jobs run in the security group that is let in', () => {
    const { tasks } = nouns();
    for (const schedule of ofType('AWS::Scheduler::Schedule')) {
      const { SecurityGroups } = schedule.Properties.Target.EcsParameters.NetworkConfiguration.AwsvpcConfiguration;
      expect(groupOf(schedule, SecurityGroups)).toBe(tasks);
    }
  });

  it('nothing enters the hosts', () => {
    const template = only('AWS::EC2::LaunchTemplate');
    expect(into(groupOf(template, template.Properties.LaunchTemplateData.SecurityGroupIds))).toEqual([]);
  });

  it('the world reaches ports 80 and 443 of the load balancer, and nothing else', () => {
    const { balancer } = nouns();
    expect(openToTheWorld(ingressOf(environment, resources()))).toEqual([
      { to: balancer, from: '0.0.0.0/0', ports: 'tcp 443' },
      { to: balancer, from: '0.0.0.0/0', ports: 'tcp 80' },
    ]);
  });
});

it('sees a rule for everyone, over IPv4 or IPv6, in a group or beside it', () => {
  const at = { stack: 'data' } as const;
  const rules = ingressOf('production', [
    {
      ...at,
      logicalId: 'Inline',
      Type: 'AWS::EC2::SecurityGroup',
      Properties: { SecurityGroupIngress: [{ CidrIpv6: '::/0', IpProtocol: '-1' }] },
    },
    {
      ...at,
      logicalId: 'Beside',
      Type: 'AWS::EC2::SecurityGroupIngress',
      Properties: { GroupId: { Ref: 'Group' }, CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 1, ToPort: 9 },
    },
    {
      ...at,
      logicalId: 'Private',
      Type: 'AWS::EC2::SecurityGroupIngress',
      Properties: { GroupId: { Ref: 'Group' }, CidrIp: '10.0.0.0/16', IpProtocol: 'tcp', FromPort: 1, ToPort: 1 },
    },
  ]);
  expect(openToTheWorld(rules)).toEqual([
    { to: 'data/Inline', from: '::/0', ports: '-1 all' },
    { to: 'data/Group', from: '0.0.0.0/0', ports: 'tcp 1-9' },
  ]);
});
