import { blockOf, usdOf } from './deployed-estimate';

/**
 * Written by hand from AWS's pages, with no price or amount of the project's own files: what is far from them is wrong,
 * in the prices or in the sums.
 */
const hours = 730;
const within15Percent = (actual: number, byHand: number) => {
  expect(actual).toBeGreaterThan(byHand * 0.85);
  expect(actual).toBeLessThan(byHand * 1.15);
};

it.each<[environment: string, id: string, sum: string, byHand: number]>([
  // db.m7g.large costs 0.168 an hour in N. Virginia, a quarter more in Mumbai, twice in two zones.
  ['production', 'database', '305 = 0.168 × 1.245 × 2 × 730', 0.168 * 1.245 * 2 * hours],
  ['production', 'database/storage', '26 = 100 GB × 0.131 × 2', 100 * 0.131 * 2],
  ['production', 'nat', '123 = 3 gateways × 0.056 × 730', 3 * 0.056 * hours],
  ['production', 'hosts', '442 = 3 × m6i.xlarge at 0.202', 3 * 0.202 * hours],
  ['production', 'hosts/volumes', '11 = 3 × 40 GB × 0.0912', 3 * 40 * 0.0912],
  ['production', 'endpoints', '171 = 6 services × 3 zones × 0.013', 6 * 3 * 0.013 * hours],
  ['production', 'addresses', '22 = (3 NAT + 3 load balancer) × 0.005', 6 * 0.005 * hours],
  ['production', 'keys', '9 keys at a dollar: one of each stack but cdn', 9],
  ['production', 'secrets', '4 × 0.40: the service and its replica, Redis, PostgreSQL', 4 * 0.4],
  ['production', 'firewall/rules', '2 firewalls × 4 rules at a dollar', 8],
  ['development', 'hosts', '33 = t3.medium at 0.0448', 0.0448 * hours],
  ['development', 'database', '15 = db.t4g.micro at 0.021', 0.021 * hours],
  ['development', 'balancer', '17 = 0.0239', 0.0239 * hours],
  ['staging', 'hosts', '131 = 2 × t3.large at 0.0896', 2 * 0.0896 * hours],
  // 0.032 an hour in N. Virginia, an eighth more in Mumbai.
  ['staging', 'cache', '26 = cache.t4g.small, 0.032 × 1.125 × 730', 0.032 * 1.125 * hours],
  // Twelve releases, half an hour of bake and half an hour beside it, three hosts again.
  ['production', 'hosts/second-colour', '7 = 12 × 1 h × 3 × 0.202', 12 * 1 * 3 * 0.202],
  ['production', 'storage', '45 = GB that are not archived × 0.025', (600 + 50 + 10 + 300 + 5 + 80 + 960 + 60) * 0.025],
])('%s: %s is about %s', (environment, id, _, byHand) => {
  const block = blockOf(environment);
  const ids =
    id === 'storage'
      ? block.usage.filter((line) => line.id.startsWith('storage/') && line.what === 'Storage')
      : undefined;
  within15Percent(ids === undefined ? usdOf(block, id) : ids.reduce((sum, { usd }) => sum + usd, 0), byHand);
});

it('has no second colour where a release replaces the first', () => {
  expect(usdOf(blockOf('development'), 'hosts/second-colour')).toBe(0);
});

it('lets the budget of each environment hold what it is estimated to cost', () => {
  for (const name of ['development', 'staging', 'demo', 'production']) {
    const { totalUsd, budgetUsd = 0 } = blockOf(name);
    expect({ name, fits: totalUsd < budgetUsd }).toEqual({ name, fits: true });
  }
});
