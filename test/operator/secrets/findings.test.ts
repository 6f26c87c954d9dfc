import { environments } from '../../../lib/config/environments';
import { generatedSecrets } from '../../../lib/config/generated-secrets';
import type { SecretDocument } from '../../../operator/secrets/document';
import { findingsOf } from '../../../operator/secrets/findings';
import { checkText } from '../../../operator/secrets/report';
import { environmentNames } from '../../deployed';

const complete = (environment: (typeof environmentNames)[number]): SecretDocument =>
  generatedSecrets({
    settings: environments[environment].settings,
    known: { ADMIN_EMAIL: 'admin@myanalyticsschool.com' },
  });

const found = (more: SecretDocument) =>
  findingsOf({ environment: 'production', document: { ...complete('production'), ...more } }).map(
    ({ key, kind, severity }) => [key, kind, severity],
  );

it.each(environmentNames)('finds nothing wrong with a complete secret of %s', (environment) => {
  expect(findingsOf({ environment, document: complete(environment) })).toEqual([]);
});

it('finds everything that an empty one lacks', () => {
  const findings = findingsOf({ environment: 'production', document: {} });
  expect(findings.map(({ key, kind }) => [key, kind])).toEqual([
    ['ADMIN_EMAIL', 'missing'],
    ['ADMIN_PASSWORD', 'missing'],
    ['JWT_SECRET', 'missing'],
    ['PLATFORM_ENCRYPTION_KEY', 'missing'],
  ]);
});

it.each<[string, SecretDocument, [string, string, string][]]>([
  ['an empty key that is needed', { JWT_SECRET: ' ' }, [['JWT_SECRET', 'empty', 'error']]],
  ['an empty key that is not', { SLACK_WEBHOOK_URL: '' }, [['SLACK_WEBHOOK_URL', 'empty', 'warning']]],
  ['a misspelt key', { SLACK_WEBHOK_URL: 'x' }, [['SLACK_WEBHOK_URL', 'unknown', 'warning']]],
  ['a deprecated key', { GLOBAL_INVOICE_MAS_PREFIX: 'M' }, [['GLOBAL_INVOICE_MAS_PREFIX', 'deprecated', 'warning']]],
  ['what the infrastructure sets', { REDIS_HOST: 'r' }, [['REDIS_HOST', 'misplaced', 'error']]],
  ['what exists on laptops only', { AWS_S3_BUCKET_NAME: 'b' }, [['AWS_S3_BUCKET_NAME', 'misplaced', 'error']]],
  ['a key that is too short', { JWT_SECRET: 'abc' }, [['JWT_SECRET', 'malformed', 'error']]],
  ['an object', { EMAIL_FROM: { a: 1 } }, [['EMAIL_FROM', 'malformed', 'error']]],
  ['a placeholder', { EMAIL_USER: 'a@b.co', EMAIL_PASS: 'your-password' }, [['EMAIL_PASS', 'placeholder', 'error']]],
  ['half an integration', { EMAIL_USER: 'a@b.co' }, [['EMAIL_PASS', 'missing', 'error']]],
])('finds %s', (_title, more, expected) => {
  expect(found(more)).toEqual(expected);
});

it('finds the same key in two environments, but not what is issued once for both', () => {
  const production = complete('production');
  const others = {
    staging: { ...complete('staging'), JWT_SECRET: production.JWT_SECRET, ...{ EMAIL_PASS: 'p4ss-of-us' } },
  };
  const document = { ...production, EMAIL_USER: 'a@b.co', EMAIL_PASS: 'p4ss-of-us' };
  expect(findingsOf({ environment: 'production', document, others })).toEqual([
    expect.objectContaining({ key: 'JWT_SECRET', kind: 'shared', severity: 'error' }),
  ]);
});

it('does not repeat a value, even one that was pasted as a key', () => {
  const value = 'sk-live 51HxSecretOfSomebody';
  const document = { [value]: value, JWT_SECRET: value, EMAIL_USER: value };
  const findings = findingsOf({ environment: 'production', document });
  expect(checkText('a file', 3, findings)).not.toContain('51Hx');
  expect(checkText('a file', 3, findings)).toContain('(a key that is no variable name)');
});
