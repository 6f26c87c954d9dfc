import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { featureFlags } from '../../src/config/feature-flags';
import { InvalidEnvironment } from '../../src/config/load';
import { examineProcessEnvironment, readProcessEnvironment } from '../../src/config/process-environment';
import { deployedEnvironment } from './deployed-environment';

type Variables = Record<string, string | undefined>;

const folder = mkdtempSync(join(tmpdir(), 'mr-mentor-env-'));
const empty = mkdtempSync(join(tmpdir(), 'mr-mentor-env-'));
afterAll(() => {
  for (const path of [folder, empty]) rmSync(path, { recursive: true });
});

const read = (variables: Variables, file?: string) => {
  if (file !== undefined) writeFileSync(join(folder, '.env'), file);
  return readProcessEnvironment(variables, file === undefined ? empty : folder);
};

it('reads a laptop’s .env, and the process wins', () => {
  const variables: Variables = { LOG_LEVEL: 'error', OTEL_SERVICE_NAME: '' };
  const { environment, stated } = read(variables, 'PORT=8123\nLOG_LEVEL=debug\nOTEL_SERVICE_NAME=mine\n');
  expect(environment).toMatchObject({ PORT: 8123, LOG_LEVEL: 'error', OTEL_SERVICE_NAME: 'mine' });
  expect(stated.get('PORT')?.origin).toBe('process');
});

it('does without one', () => {
  expect(read({}).environment.PORT).toBe(8000);
});

it('judges what the .env says like everything else', () => {
  expect(() => read({}, 'PORT=never-to-be-seen')).toThrow(InvalidEnvironment);
  expect(() => read({}, 'APP_ENV=production')).toThrow('  - JWT_SECRET: missing');
});

it('reads none where deployed', () => {
  const file = 'LOG_LEVEL=debug\nJWT_SECRET=from-the-file-k7Jq9fZ2mR4xW8vB1nC6tY3pL\n';
  const { environment } = read(deployedEnvironment(), file);
  expect(environment.LOG_LEVEL).toBe('info');
  expect(environment.JWT_SECRET).not.toContain('from-the-file');
});

it('spreads the secret into the process, where flags are read live, and overrides nothing there', () => {
  const SECRETS_JSON = JSON.stringify({ ENABLE_GRANT_AUDIT: 'false', LOG_LEVEL: 'debug', TZ: '', UNKNOWN: 'x' });
  const variables: Variables = { SECRETS_JSON, LOG_LEVEL: 'warn' };
  const { warnings } = read(variables);
  expect(variables).toEqual({ SECRETS_JSON, LOG_LEVEL: 'warn', ENABLE_GRANT_AUDIT: 'false' });
  expect(featureFlags(variables).grantAudit()).toBe(false);
  expect(warnings).toEqual(['SECRETS_JSON: UNKNOWN is unknown; remove it, or add it to the contract']);
});

it('spreads nothing of an invalid environment, and can still be examined', () => {
  const variables: Variables = { PORT: '0', SECRETS_JSON: '{"LOG_LEVEL":"debug"}' };
  expect(() => read(variables)).toThrow('  - PORT: must be a whole number from 1 to 65535');
  expect(variables).not.toHaveProperty('LOG_LEVEL');
  expect([...examineProcessEnvironment(variables, empty).problems.keys()]).toEqual(['PORT']);
});
