import { accounts, isPlaceholderAccount } from '../../lib/config/accounts';
import { environments } from '../../lib/config/environments';
import {
  bucketName,
  bucketPurposes,
  cacheSecretName,
  databaseIdentifier,
  imageRepositoryName,
  replicationGroupId,
  secretName,
  stackName,
  taskRoleName,
} from '../../lib/config/names';

const every = Object.values(environments);

it('names what people and policies refer to', () => {
  expect(stackName('production', 'data')).toBe('mr-mentor-production-data');
  expect(bucketName({ name: 'demo', account: '123456789012' }, 'invoices')).toBe(
    'mr-mentor-demo-invoices-123456789012',
  );
  expect(secretName('staging')).toBe('mr-mentor-backend/staging');
  expect(cacheSecretName('staging')).toBe('mr-mentor-cache/staging');
  expect(taskRoleName('staging')).toBe('mr-mentor-staging-task');
  expect(databaseIdentifier('production')).toBe('mr-mentor-production');
  expect(replicationGroupId('production')).toBe('mr-mentor-production');
  expect(imageRepositoryName).toBe('mr-mentor-backend');
});

it('gives every bucket of every environment a name of its own', () => {
  const names = every.flatMap((env) => bucketPurposes.map((purpose) => bucketName(env, purpose)));
  expect(new Set(names).size).toBe(4 * 8);
  for (const name of names) expect(name).toMatch(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
});

it.each(every.map(({ name }) => name))('keeps to the limits of AWS on %s', (name) => {
  expect(databaseIdentifier(name)).toMatch(/^[a-z](?!.*--)[a-z0-9-]{0,62}(?<!-)$/);
  expect(replicationGroupId(name)).toMatch(/^[a-z](?!.*--)[a-z0-9-]{0,39}(?<!-)$/);
  expect(taskRoleName(name).length).toBeLessThanOrEqual(64);
});

it('tells a placeholder account from a real one', () => {
  expect(isPlaceholderAccount('000000000007')).toBe(true);
  expect(isPlaceholderAccount('123456789012')).toBe(false);
  expect(accounts.production).not.toBe(accounts.nonProduction);
});
