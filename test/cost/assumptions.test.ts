import { assumptions, purposeOf } from '../../cost/assumptions';
import { estimate } from '../../cost/estimate';
import { priceList } from '../../cost/price-list';
import { environments } from '../../lib/config/environments';
import { bucketName, bucketPurposes } from '../../lib/config/names';
import { draftStack } from './draft';

const places = Object.keys(environments);

it.each(Object.entries(assumptions))(
  '%s is stated for each environment or for accounts, with unit and reason',
  (_, row) => {
    const { what, unit, why, account, ...values } = row;
    for (const text of [what, unit, why]) expect(text).toMatch(/\S/);
    const stated = Object.entries(values).filter(([, value]) => value !== undefined);
    if (stated.length > 0) expect(stated.map(([place]) => place).sort()).toEqual([...places].sort());
    else expect(account).toBeDefined();
    for (const value of [account ?? 0, ...stated.map(([, value]) => value)]) expect(value).toBeGreaterThanOrEqual(0);
  },
);

it('finds the purpose of every bucket by its name, of replicas as well', () => {
  for (const purpose of bucketPurposes) {
    const name = bucketName(environments.production, purpose);
    expect([name, purposeOf(name)]).toEqual([name, purpose]);
    expect(purposeOf(name.replace(purpose, `${purpose}-replica`))).toBe(purpose);
  }
  expect(purposeOf('mr-mentor-production-sandbox')).toBeUndefined();
});

it('refuses an environment that nothing is assumed of', () => {
  const stack = draftStack({ Nat: ['AWS::EC2::NatGateway'] }, { environment: 'sandbox', path: 'sandbox/draft' });
  expect(() => estimate([stack], priceList)).toThrow(
    'sandbox has no column in cost/assumptions.ts, which has development, staging, demo, production: add one.',
  );
});

it('refuses something of an account that nothing is assumed of', () => {
  const stack = draftStack({ Nat: ['AWS::EC2::NatGateway'] }, { environment: undefined, path: 'delivery-1' });
  expect(() => estimate([stack], priceList)).toThrow(
    'cost/assumptions.ts: "natGb" has no value for account; state one, 0 if it is none.',
  );
});
