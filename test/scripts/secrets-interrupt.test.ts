import { spawn } from 'node:child_process';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { type Moto, startMoto } from '../../local/moto';
import { motoTests } from '../moto';
import { AwsFront } from '../operator/aws-front';

const moto = motoTests('An interrupted "secrets" was not tried.');
const name = 'mr-mentor-backend/staging';
const before = { EMAIL_USER: 'school@myanalyticsschool.com', EMAIL_PASS: 'the password that was there' };
const after = { ...before, EMAIL_PASS: 'the password that comes' };

let aws: Moto;
let front: AwsFront;
let direct: SecretsManagerClient;

beforeAll(async () => {
  if (!moto.found) return;
  aws = await startMoto();
  front = await AwsFront.start(aws.url);
  const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'test' };
  direct = new SecretsManagerClient({ region: 'ap-south-1', endpoint: aws.url, credentials });
});
afterAll(async () => {
  direct?.destroy();
  front?.stop();
  await aws?.stop();
});
beforeEach(async () => {
  if (!moto.found) return;
  front.reset();
  await fetch(`${aws.url}/moto-api/reset`, { method: 'POST' });
  await direct.send(new CreateSecretCommand({ Name: name, SecretString: JSON.stringify(before) }));
});

/** @param interrupt at which call to AWS, of all that it makes, somebody types Ctrl-C */
function push(interrupt?: number): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  const { PATH = '' } = process.env;
  const env = {
    ...{ PATH, AWS_ENDPOINT_URL: front.url, AWS_ACCESS_KEY_ID: 'AKIATEST', AWS_SECRET_ACCESS_KEY: 'test' },
  };
  const args = ['push', 'staging', '--file', '-', '--yes', '--account', '123456789012'];
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', join('scripts', 'secrets.ts'), ...args], {
    ...{ cwd: join(__dirname, '..', '..'), env, stdio: ['pipe', 'ignore', 'ignore'] },
  });
  child.stdin?.end(JSON.stringify(after));
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  );
  let calls = 0;
  front.before = async () => {
    calls += 1;
    if (calls !== interrupt) return;
    child.kill('SIGINT');
    await ended;
  };
  return ended;
}

async function state() {
  const { SecretString = '' } = await direct.send(
    new GetSecretValueCommand({ SecretId: name, VersionStage: 'AWSCURRENT' }),
  );
  const { VersionIdsToStages = {} } = await direct.send(new DescribeSecretCommand({ SecretId: name }));
  return { document: JSON.parse(SecretString), labels: Object.values(VersionIdsToStages).flat().sort() };
}

const calls = [
  'GetCallerIdentity',
  'GetSecretValue',
  'PutSecretValue',
  'UpdateSecretVersionStage',
  'UpdateSecretVersionStage',
];

moto.it(`makes these calls and no others${moto.why}`, async () => {
  expect(await push()).toEqual({ code: 0, signal: null });
  expect(front.actions).toEqual(calls);
});

moto.it.each(calls.map((call, index) => [call, index + 1] as const))(
  `leaves the secret as before or complete when it is interrupted at %s, call %i${moto.why}`,
  async (_, interrupt) => {
    expect(await push(interrupt)).toEqual({ code: null, signal: 'SIGINT' });
    // The call that was under way is done: its answer is what nobody heard.
    const { document, labels } = await state();
    expect(document).toEqual(interrupt < 4 ? before : after);
    expect(labels.filter((label) => label === 'AWSCURRENT')).toHaveLength(1);

    expect((await push()).code).toBe(0);
    const again = await state();
    expect(again.document).toEqual(after);
    expect(again.labels.filter((label) => /^AWS/.test(label))).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
  },
);
