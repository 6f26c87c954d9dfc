import {
  DescribeAddressesCommand,
  EC2Client,
  type Instance,
  paginateDescribeInstances,
  paginateDescribeNetworkInterfaces,
} from '@aws-sdk/client-ec2';
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  type ServiceQuota,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { capacitySheet } from '../../../lib/config/capacity';
import { hostShapes } from '../../../lib/config/instance-types';
import { physicalId } from '../../stack-resources';
import { type Answer, failed, passed, together, warned } from '../answer';
import type { Site } from '../site';

/** What an account has of something, and what a release of this environment takes at its peak. */
interface Demand {
  readonly what: string;
  readonly service: 'ec2' | 'vpc';
  /** As Service Quotas numbers it; aws service-quotas list-service-quotas has them all. */
  readonly code: string;
  readonly peak: number;
  /** Of the whole account, in this region. */
  readonly inUse: number;
  /** Of it, what this environment has already. */
  readonly own: number;
}

export async function quotas(site: Site): Promise<Answer> {
  const demands = await Promise.all([addresses(site), vcpus(site), networkInterfaces(site)]);
  return together(await Promise.all(demands.map((demand) => judge(site, demand))));
}

async function judge(site: Site, { what, service, code, peak, inUse, own }: Demand): Promise<Answer> {
  const quota = await quotaOf(site, service, code);
  if (quota === undefined)
    return warned(
      `${what}: AWS states no quota ${code} here; a release takes up to ${peak}.`,
      `Look it up: aws service-quotas list-service-quotas --service-code ${service} --region ${site.config.region}`,
    );
  const more = Math.max(0, peak - own);
  const sum = `${what}: ${inUse} of ${quota} in use, a release takes ${more} more`;
  if (inUse + more <= quota) return passed(sum);
  return failed(
    `${sum}.`,
    `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${inUse + more} --region ${site.config.region}`,
  );
}

/** @returns undefined where AWS has no such quota */
async function quotaOf(site: Site, service: string, code: string): Promise<number | undefined> {
  const client = site.client(ServiceQuotasClient);
  const asked = { ServiceCode: service, QuotaCode: code };
  const applied = await known(async () => (await client.send(new GetServiceQuotaCommand(asked))).Quota);
  // Before the first request for more, an account has the default one.
  return applied ?? known(async () => (await client.send(new GetAWSDefaultServiceQuotaCommand(asked))).Quota);
}

async function known(ask: () => Promise<ServiceQuota | undefined>): Promise<number | undefined> {
  try {
    return (await ask())?.Value;
  } catch (error) {
    if ((error as Error).name === 'NoSuchResourceException') return undefined;
    throw error;
  }
}

/** One for each NAT gateway. */
async function addresses(site: Site): Promise<Demand> {
  const { Addresses = [] } = await site.client(EC2Client).send(new DescribeAddressesCommand({}));
  const ours = new Set(
    (await site.resourcesOf('network')).flatMap(({ ResourceType: type, PhysicalResourceId: id }) =>
      type === 'AWS::EC2::EIP' ? [id] : [],
    ),
  );
  const own = Addresses.filter(({ PublicIp, AllocationId }) => ours.has(PublicIp) || ours.has(AllocationId)).length;
  return {
    ...{ what: 'Elastic IP addresses', service: 'ec2', code: 'L-0263D0A3' },
    ...{ peak: site.config.natGateways, inUse: Addresses.length, own },
  };
}

const vpcOf = async (site: Site) => physicalId(await site.resourcesOf('network'), 'AWS::EC2::VPC');
const hostsAtPeak = ({ config }: Site) => capacitySheet(config).hostsNeeded ?? config.hosts.max;

/** Families A, C, D, H, I, M, R, T and Z share one quota; others have their own. */
const isStandard = ({ InstanceType: type }: Instance) => /^[acdhimrtz]\d/.test(type ?? '');
const vcpusOf = ({ InstanceType: its, CpuOptions: cpu }: Instance): number =>
  cpu?.CoreCount !== undefined
    ? cpu.CoreCount * (cpu.ThreadsPerCore ?? 1)
    : (Object.entries(hostShapes).find(([type]) => type === its)?.[1].vcpus ?? 1);

async function vcpus(site: Site): Promise<Demand> {
  const running: Instance[] = [];
  const state = [{ Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'shutting-down'] }];
  for await (const { Reservations = [] } of paginateDescribeInstances(
    { client: site.client(EC2Client) },
    { Filters: state },
  ))
    running.push(...Reservations.flatMap(({ Instances = [] }) => Instances).filter(isStandard));
  const vpc = await vpcOf(site);
  const sum = (instances: readonly Instance[]) => instances.reduce((total, each) => total + vcpusOf(each), 0);
  return {
    ...{ what: 'vCPUs of standard instances', service: 'ec2', code: 'L-1216C47A' },
    peak: hostsAtPeak(site) * hostShapes[site.config.hosts.instanceType].vcpus,
    inUse: sum(running),
    own: sum(running.filter(({ VpcId }) => vpc !== undefined && VpcId === vpc)),
  };
}

/** A host has one, and each of its tasks; so has what AWS puts into the subnets. */
async function networkInterfaces(site: Site): Promise<Demand> {
  const { config } = site;
  const zones = config.availabilityZones.length;
  const ofAws =
    config.natGateways +
    config.interfaceEndpoints.length * zones +
    // The load balancer has one in each zone, and up to as many more while it grows.
    2 * zones +
    (config.database.multiAz ? 2 : 1) +
    (1 + config.cache.replicas);
  const found: (string | undefined)[] = [];
  for await (const { NetworkInterfaces = [] } of paginateDescribeNetworkInterfaces(
    { client: site.client(EC2Client) },
    {},
  ))
    found.push(...NetworkInterfaces.map(({ VpcId }) => VpcId));
  const vpc = await vpcOf(site);
  return {
    ...{ what: 'Network interfaces', service: 'vpc', code: 'L-DF5E4CA3' },
    peak: hostsAtPeak(site) + capacitySheet(config).peakTasks + ofAws,
    inUse: found.length,
    own: found.filter((id) => vpc !== undefined && id === vpc).length,
  };
}
