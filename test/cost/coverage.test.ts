import { estimate } from '../../cost/estimate';
import { freeReason, freeTypes } from '../../cost/free';
import { priceList } from '../../cost/price-list';
import { pricedTypes, pricings } from '../../cost/pricing/pricings';
import type { environments } from '../../lib/config/environments';
import { databaseMemoryMiB, hostShapes } from '../../lib/config/instance-types';
import { everyDeployedResource } from '../deployed';
import { everyBlock } from './deployed-estimate';
import { draftStack } from './draft';

it('prices every type that is deployed, or says why it costs nothing', () => {
  const types = [...new Set(everyDeployedResource().map(({ Type }) => Type))];
  expect(types.length).toBeGreaterThan(60);
  expect(types.filter((type) => !pricedTypes.has(type) && freeReason(type) === undefined)).toEqual([]);
});

it('leaves no gap in what is deployed', () => {
  for (const { name, gaps } of everyBlock()) expect({ name, gaps }).toEqual({ name, gaps: [] });
});

it('has each type in one place', () => {
  const types = pricings.flatMap((pricing) => pricing.types);
  expect(new Set(types).size).toBe(types.length);
  expect(Object.keys(freeTypes).filter((type) => pricedTypes.has(type))).toEqual([]);
});

it('knows what a sibling of this version of the project deploys', () => {
  const types = [
    ...['AWS::Chatbot::SlackChannelConfiguration', 'AWS::CloudWatch::CompositeAlarm', 'AWS::CloudWatch::Dashboard'],
    ...['AWS::Logs::MetricFilter', 'AWS::Events::Rule', 'AWS::Logs::ResourcePolicy', 'AWS::Backup::BackupVault'],
  ];
  expect(types.filter((type) => !pricedTypes.has(type) && freeReason(type) === undefined)).toEqual([]);
});

it('has a price for every size that the configuration allows', () => {
  const prices = priceList.prices['ap-south-1'] ?? {};
  const nodes = [
    't4g.micro',
    't4g.small',
    'm7g.large',
  ] as const satisfies readonly (typeof environments)['production']['cache']['nodeType'][];
  for (const type of Object.keys(hostShapes)) expect(prices).toHaveProperty([`ec2/${type}`]);
  for (const type of Object.keys(databaseMemoryMiB))
    for (const zones of ['', '/multi-az']) expect(prices).toHaveProperty([`rds/postgres/db.${type}${zones}`]);
  for (const type of nodes) expect(prices).toHaveProperty([`elasticache/redis/cache.${type}`]);
});

it('lists a type that nobody knows as not priced, with its count and what to do', () => {
  const [block] = estimate(
    [draftStack({ One: ['AWS::SageMaker::Endpoint'], Two: ['AWS::SageMaker::Endpoint'], Role: ['AWS::IAM::Role'] })],
    priceList,
  );
  expect(block?.gaps).toEqual([
    {
      ...{ gap: 'AWS::SageMaker::Endpoint', count: 2, why: 'nobody has said what it costs, or that it costs nothing' },
      remedy: 'price it in cost/pricing/, or give the reason in cost/free.ts',
    },
  ]);
  expect(block?.free).toEqual([{ free: 'AWS::IAM::Role', why: 'IAM costs nothing', count: 1 }]);
});

it('lists a size without a price as not priced, never as nothing', () => {
  const [block] = estimate(
    [
      draftStack({
        Redis: ['AWS::ElastiCache::ReplicationGroup', { CacheNodeType: 'cache.r7g.large', NumCacheClusters: 2 }],
      }),
    ],
    priceList,
  );
  expect(block?.fixed).toEqual([]);
  expect(block?.gaps).toEqual([
    {
      gap: 'Redis: cache.r7g.large',
      why: 'cost/prices.json has no price "elasticache/redis/cache.r7g.large" for ap-south-1',
      remedy: 'add it there, with its unit and source',
    },
  ]);
});

it('lists a region without prices as not priced', () => {
  const [block] = estimate([draftStack({ Nat: ['AWS::EC2::NatGateway'] }, { region: 'eu-north-1' })], priceList);
  expect(block?.totalUsd).toBe(0);
  expect(block?.gaps.map(({ gap }) => gap)).toEqual(['NAT gateways', 'Data through the NAT gateways']);
});
