import { priceList, priceOf } from '../../cost/price-list';

const every = Object.entries(priceList.prices).flatMap(([region, prices]) =>
  Object.entries(prices).map(([key, price]) => [`${region} ${key}`, price] as const),
);

it('is dated, in US dollars', () => {
  expect(priceList.asOf).toMatch(/^20\d\d-\d\d-\d\d$/);
  expect(Date.parse(priceList.asOf)).toBeLessThanOrEqual(Date.now());
  expect(priceList.currency).toBe('USD');
});

it.each(every)('%s has an amount, a unit, a source and a basis', (_, { usd, unit, source, basis }) => {
  expect(usd).toBeGreaterThan(0);
  expect(unit).toMatch(/\S/);
  expect(priceList.sources[source]).toMatch(/^https:\/\/(aws\.amazon\.com|pricing\.us-east-1\.amazonaws\.com)\//);
  expect(Object.keys(priceList.bases)).toContain(basis);
});

it('uses every source', () => {
  const used = new Set(every.map(([, { source }]) => source));
  expect(Object.keys(priceList.sources).filter((source) => !used.has(source))).toEqual([]);
});

it('prefers the price of the region, knows those of everywhere, and invents none', () => {
  expect(priceOf(priceList, 'us-east-1', 'logs/ingestion')?.usd).toBe(0.5);
  expect(priceOf(priceList, 'eu-north-1', 'kms/key')?.usd).toBe(1);
  expect(priceOf(priceList, 'eu-north-1', 'nat/hour')).toBeUndefined();
});

it('charges two zones twice', () => {
  const mumbai = priceList.prices['ap-south-1'] ?? {};
  const pairs = Object.keys(mumbai).filter((key) => key.endsWith('/multi-az'));
  expect(pairs).toHaveLength(6);
  for (const key of pairs) expect(mumbai[key]?.usd).toBeCloseTo(2 * (mumbai[key.replace('/multi-az', '')]?.usd ?? 0));
});
