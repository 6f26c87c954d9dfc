import { contract } from '../../app-image/src/config/contract';
import type { Variable } from '../../app-image/src/config/variable';
import { objectionIn } from '../../lib/config/contract';
import { environments } from '../../lib/config/environments';
import { generatedSecrets, generateSecret, neededSecrets } from '../../lib/config/generated-secrets';

const known = { ADMIN_EMAIL: 'admin@myanalyticsschool.com' };
const secretsOfTheContract = Object.entries<Variable>(contract).filter(
  ([, { secret, type }]) => secret && (type === 'text' || type === 'aes-256-key'),
);

it('makes up a value that production takes, for every secret text and key of the contract', () => {
  expect(secretsOfTheContract.length).toBeGreaterThan(20);
  const objections = secretsOfTheContract.flatMap(([name, variable]) =>
    variable.source === 'local'
      ? []
      : (objectionIn('production', name, variable, generateSecret(name, variable)) ?? []),
  );
  expect(objections).toEqual([]);
});

it('makes up another one each time', () => {
  const made = Array.from({ length: 20 }, () => generateSecret('JWT_SECRET', contract.JWT_SECRET));
  expect(new Set(made).size).toBe(20);
});

it.each([
  ['ADMIN_EMAIL', contract.ADMIN_EMAIL],
  ['SLACK_WEBHOOK_URL', contract.SLACK_WEBHOOK_URL],
] as const)('does not make up %s', (name, variable) => {
  expect(() => generateSecret(name, variable)).toThrow(`${name}: cannot be made up`);
});

it('says so where no random text fits', () => {
  const variable: Variable = { description: '', source: 'secret', secret: true, type: 'text', pattern: /^sk-/ };
  expect(() => generateSecret('KEY', variable)).toThrow('KEY: no random text of 64 characters fits');
});

const always = ['JWT_SECRET', 'ADMIN_EMAIL', 'ADMIN_PASSWORD', 'PLATFORM_ENCRYPTION_KEY'];

it('needs what is required where deployed, and the rest of an integration that a setting begins', () => {
  expect(neededSecrets({})).toEqual(always);
  expect(neededSecrets({ EXOTEL_SUBDOMAIN: 'api.exotel.com' })).toEqual(always);
  const gateway = neededSecrets({ LITELLM_BASE_URL: 'https://llm.myanalyticsschool.com' });
  expect(gateway.filter((name) => !always.includes(name))).toEqual([
    'LITELLM_MASTER_KEY',
    'LLM_GATEWAY_ENCRYPTION_KEY',
  ]);
});

it('keeps what is known, and asks for what it cannot make up', () => {
  const { settings } = environments.production;
  const secrets = generatedSecrets({ settings, known: { ...known, JWT_SECRET: 'issued before' } });
  expect(secrets).toMatchObject({ ...known, JWT_SECRET: 'issued before' });
  expect(Object.keys(secrets).sort()).toEqual(neededSecrets(settings).sort());
  expect(() => generatedSecrets({ settings, known: {} })).toThrow('ADMIN_EMAIL: cannot be made up');
});
