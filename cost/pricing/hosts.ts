import { type Estate, hoursPerMonth, type Located, listIn, numberIn, textIn, unreadable, within } from '../estate';
import type { Finding } from '../line';
import type { Pricing } from './pricing';

/** What a gp3 volume does without being paid for. */
const includedIops = 3000;
const includedThroughput = 125;
/** Metrics that detailed monitoring of an instance adds. */
const detailedMetrics = 7;

/** The minimum is fixed; what the load and a second colour add is by use. */
export const hosts: Pricing = {
  types: ['AWS::AutoScaling::AutoScalingGroup', 'AWS::EC2::LaunchTemplate'],
  findings: (estate) => estate.of('AWS::AutoScaling::AutoScalingGroup').flatMap((group) => groupOf(estate, group)),
};

function groupOf(estate: Estate, group: Located): Finding[] {
  const template = estate.referred(group, within(group.properties, 'LaunchTemplate', 'LaunchTemplateId'));
  const data = within(template?.properties, 'LaunchTemplateData');
  const [type, min] = [textIn(within(data, 'InstanceType')), numberIn(group.properties.MinSize)];
  if (type === undefined) return [unreadable(group, 'the instance type of its launch template')];
  if (min === undefined) return [unreadable(group, 'MinSize')];
  const { region } = group;
  const host = { of: type, region, price: `ec2/${type}` } as const;
  const bakes = estate.of('AWS::ECS::Service').flatMap(({ properties }) => {
    const minutes = numberIn(within(properties, 'DeploymentConfiguration', 'BakeTimeInMinutes'));
    return minutes === undefined ? [] : [minutes];
  });
  const findings: Finding[] = [
    { id: 'hosts', kind: 'fixed', what: 'Hosts', count: min, amount: min * hoursPerMonth, ...host },
    ...listIn(within(data, 'BlockDeviceMappings')).flatMap((mapping) => volumeOf(group, min, mapping)),
    {
      ...{ id: 'hosts/load', kind: 'usage', what: 'Hosts beyond the minimum, for the load' },
      amount: estate.assumed('hostsBeyondMinimum') * hoursPerMonth,
      ...host,
    },
  ];
  if (bakes.length > 0) {
    const hours = (estate.assumed('releases') * (Math.max(...bakes) + estate.assumed('releaseMinutes'))) / 60;
    // A web task of the second colour for each of the first: at worst as many hosts again.
    findings.push({
      ...{ id: 'hosts/second-colour', kind: 'usage', what: 'Hosts of the second colour during releases' },
      amount: min * hours,
      ...host,
    });
  }
  if (/^t\d/.test(type) && within(data, 'CreditSpecification', 'CpuCredits') !== 'standard')
    findings.push({
      ...{ id: 'hosts/surplus', kind: 'usage', what: 'Processor time of hosts beyond their credits' },
      ...{ amount: estate.assumed('surplusHours'), region, price: 'ec2/surplus-credit' },
    });
  if (within(data, 'Monitoring', 'Enabled') === true)
    findings.push({
      ...{ id: 'hosts/monitoring', kind: 'fixed', what: 'Detailed monitoring of hosts', count: min },
      ...{ amount: min * detailedMetrics, region, price: 'cloudwatch/metric' },
    });
  return findings;
}

function volumeOf(group: Located, min: number, mapping: object): Finding[] {
  const ebs = within(mapping, 'Ebs');
  if (ebs === undefined) return [];
  const size = numberIn(within(ebs, 'VolumeSize'));
  const type = textIn(within(ebs, 'VolumeType')) ?? 'gp2';
  if (size === undefined) return [unreadable(group, 'the size of a volume of its launch template')];
  const extra =
    (numberIn(within(ebs, 'Iops')) ?? 0) > includedIops ||
    (numberIn(within(ebs, 'Throughput')) ?? 0) > includedThroughput;
  return [
    {
      ...{ id: 'hosts/volumes', kind: 'fixed', what: 'Disks of hosts', of: `${size} GB ${type}`, count: min },
      ...{ amount: min * size, region: group.region, price: `ebs/${type}` },
    },
    ...(extra
      ? [
          {
            gap: 'Disks of hosts: speed beyond what is included',
            why: `more than ${includedIops} IOPS or ${includedThroughput} MB/s`,
            remedy: 'price it in cost/pricing/hosts.ts',
          },
        ]
      : []),
  ];
}
