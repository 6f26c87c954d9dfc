import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Moto, startMoto } from '../../local/moto';
import { motoTests } from '../moto';

const moto = motoTests('The command "secrets" was not tried.');
const credentials = { AWS_ACCESS_KEY_ID: 'AKIATEST', AWS_SECRET_ACCESS_KEY: 'test' };
let aws: Moto;

beforeAll(async () => {
  if (moto.found) aws = await startMoto();
});
afterAll(() => aws?.stop());

/** The command itself, as a person or a workflow runs it. */
async function secrets(args: readonly string[], { input = '', more = {} as Record<string, string> } = {}) {
  const root = join(__dirname, '..', '..');
  const { PATH = '' } = process.env;
  const env = { PATH, HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true', ...more };
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', 'scripts/secrets.ts', ...args], { cwd: root, env });
  child.stdin.end(input);
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await exit, out, err };
}

it.each([
  [['check', 'prod'], '"prod" is no environment; must be one of development, staging, demo, production.'],
  [['chek', 'production'], '"chek" is no verb; must be one of check, diff, generate, set, unset, push, copy.'],
  [['set', 'production', 'EMAIL_PASS', 'a-value'], 'stays in the history of the shell'],
])('is called wrongly: %j', async (args, message) => {
  const { code, out, err } = await secrets(args);
  expect([code, out]).toEqual([64, '']);
  expect(err).toContain(message);
  expect(err).not.toContain('a-value');
});

it('says what is missing before it asks AWS: an account, then credentials', async () => {
  expect(await secrets(['check', 'production'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('placeholder'),
  });
  const { code, err } = await secrets(['check', 'production', '--account', '123456789012']);
  expect(code).toBe(1);
  expect(err).toContain('There are no credentials.');
});

it('checks a file without AWS, for machines', async () => {
  const { code, out } = await secrets(['check', 'staging', '--file', '-', '--json'], {
    input: '{"JWT_SECRET":"short"}',
  });
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ version: 1, environment: 'staging', passed: false, keys: 1 });
  expect((await secrets(['check', 'staging', '--file', '-'], { input: '{"JWT' })).err).toBe(
    'Standard input is no valid JSON; it must be one JSON object of names and texts.\n',
  );
});

moto.it(`is told by AWS_ENDPOINT_URL where AWS is, and asks before it changes anything${moto.why}`, async () => {
  const more = { ...credentials, AWS_ENDPOINT_URL: aws.url };
  const client = new SecretsManagerClient({
    ...{ region: 'ap-south-1', endpoint: aws.url },
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'test' },
  });
  await client.send(new CreateSecretCommand({ Name: 'mr-mentor-backend/staging', SecretString: '{}' }));
  client.destroy();
  const account = ['--account', '123456789012'];
  const asked = await secrets(['generate', 'staging', ...account], { more });
  expect(asked.code).toBe(64);
  expect(asked.err).toContain('There is no terminal to ask at: state --yes');
  const done = await secrets(['generate', 'staging', '--yes', ...account], { more });
  expect(done.code).toBe(0);
  expect(done.err).toContain('✓ secretsmanager:PutSecretValue {"SecretId":"mr-mentor-backend/staging"');
  const set = await secrets(['set', 'staging', 'ADMIN_EMAIL', '--yes', ...account], {
    more,
    input: 'admin@myanalyticsschool.com\n',
  });
  expect([set.code, set.out]).toEqual([0, '']);
  const checked = await secrets(['check', 'staging', ...account], { more });
  expect(checked.code).toBe(0);
  expect(checked.out).toBe('mr-mentor-backend/staging: 4 keys, and the container starts with them.\n');
});
