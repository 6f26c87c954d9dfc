import { environments } from '../../../lib/config/environments';
import { callersRegistry } from '../../../operator/images/image-registry';
import { motoTests } from '../../moto';
import { account, ImageSite } from './image-site';

const moto = motoTests('Whose registry it is was not asked.');
let site: ImageSite;

beforeAll(async () => {
  if (moto.found) site = await ImageSite.start();
});
afterAll(() => site?.stop());
beforeEach(async () => {
  if (moto.found) await site.reset();
});

moto.it(`is that of the caller, if it is stated, or an environment's${moto.why}`, async () => {
  expect(await callersRegistry({ account })).toEqual({ account, region: environments.staging.region });
  expect(await callersRegistry({ account, region: 'eu-west-1' })).toMatchObject({ region: 'eu-west-1' });
  await expect(callersRegistry({})).rejects.toThrow(
    `are of account ${account}, which is no environment's (000000000001, 000000000002 in lib/config/accounts.ts). Choose others with --profile, or state --account ${account}`,
  );
});

moto.it(`is refused for another account than the one that is stated${moto.why}`, async () => {
  await expect(callersRegistry({ account: '210987654321' })).rejects.toThrow('and not of 210987654321.');
});

moto.it(`is found by itself in the account of an environment, and is no placeholder's${moto.why}`, async () => {
  const callers = (own: string) =>
    site.front.rewrites.set('GetCallerIdentity', (answer) => answer.replaceAll(account, own));
  callers(environments.production.account);
  await expect(callersRegistry({})).rejects.toThrow("which is no environment's");
  const { production } = environments;
  const { account: placeholder } = production;
  try {
    Object.assign(production, { account });
    callers(account);
    expect(await callersRegistry({})).toEqual({ account, region: production.region });
  } finally {
    Object.assign(production, { account: placeholder });
  }
});
