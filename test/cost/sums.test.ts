import { estimate } from '../../cost/estimate';
import { priceList } from '../../cost/price-list';
import { blockOf, everyBlock, linesOf } from './deployed-estimate';
import { draftStack } from './draft';

const cents = (usd: number) => Math.round(usd * 100);

it('adds up: lines to sections, sections to totals', () => {
  for (const block of everyBlock()) {
    const sum = (lines: readonly { usd: number }[]) => lines.reduce((all, { usd }) => all + cents(usd), 0);
    expect(sum(block.fixed)).toBe(cents(block.fixedUsd));
    expect(sum(block.usage)).toBe(cents(block.usageUsd));
    expect(cents(block.fixedUsd) + cents(block.usageUsd)).toBe(cents(block.totalUsd));
    for (const { usd, amount, price } of linesOf(block)) expect(cents(usd)).toBe(Math.round(amount * price.usd * 100));
  }
});

it('puts the dearest first, and every environment before what an account has once', () => {
  const { fixed } = blockOf('production');
  expect(fixed.map(({ usd }) => usd)).toEqual(fixed.map(({ usd }) => usd).sort((a, b) => b - a));
  expect(everyBlock().map(({ name }) => name)).toEqual([
    ...['development', 'staging', 'demo', 'production', 'delivery-000000000001', 'delivery-000000000002'],
  ]);
});

const group = (min: number) =>
  draftStack({
    Group: [
      'AWS::AutoScaling::AutoScalingGroup',
      { MinSize: String(min), LaunchTemplate: { LaunchTemplateId: { Ref: 'Template' } } },
    ],
    Template: [
      'AWS::EC2::LaunchTemplate',
      {
        LaunchTemplateData: {
          InstanceType: 'm6i.xlarge',
          BlockDeviceMappings: [{ Ebs: { VolumeSize: 40, VolumeType: 'gp3' } }],
        },
      },
    ],
  });
const gateways = (count: number) =>
  draftStack(
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`Nat${index}`, ['AWS::EC2::NatGateway']] as const)),
  );
const redis = (count: number) =>
  draftStack({
    Redis: ['AWS::ElastiCache::ReplicationGroup', { CacheNodeType: 'cache.m7g.large', NumCacheClusters: count }],
  });
const database = (gib: number) =>
  draftStack({
    Database: [
      'AWS::RDS::DBInstance',
      { DBInstanceClass: 'db.m7g.large', Engine: 'postgres', AllocatedStorage: String(gib), StorageType: 'gp3' },
    ],
  });
const endpoint = (zones: number) =>
  draftStack({
    Endpoint: [
      'AWS::EC2::VPCEndpoint',
      { VpcEndpointType: 'Interface', SubnetIds: Array.from({ length: zones }, () => ({ Ref: 'Subnet' })) },
    ],
  });

it.each([
  ['hosts', group],
  ['hosts/volumes', group],
  ['nat', gateways],
  ['cache', redis],
  ['database/storage', database],
  ['endpoints', endpoint],
])('doubles the line of %s with its count', (id, stack) => {
  for (const count of [1, 2, 3, 5, 20]) {
    const [one, two] = [count, 2 * count].map((each) =>
      estimate([stack(each)], priceList)[0]?.fixed.find((line) => line.id === id),
    );
    expect(one?.usd).toBeGreaterThan(0);
    expect(two?.amount).toBe(2 * (one?.amount ?? 0));
    expect(Math.abs((two?.usd ?? 0) - 2 * (one?.usd ?? 0))).toBeLessThanOrEqual(0.011);
  }
});
