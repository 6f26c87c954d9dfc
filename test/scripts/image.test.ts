import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { motoTests } from '../moto';
import { ImageSite } from '../operator/images/image-site';

const moto = motoTests('The command "image" was not tried.');
let site: ImageSite;

beforeAll(async () => {
  if (moto.found) site = await ImageSite.start();
});
afterAll(() => site?.stop());

/** The command itself, as a person or a workflow runs it. */
async function image(args: readonly string[], more: Readonly<Record<string, string | undefined>> = {}) {
  const root = join(__dirname, '..', '..');
  const { PATH = '' } = process.env;
  const env = { PATH, HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true', ...more };
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', 'scripts/image.ts', ...args], { cwd: root, env });
  child.stdin.end();
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await exit, out, err };
}

it.each([
  [['lst'], '"lst" is no verb; must be one of list, verify, push, prune.'],
  [['list', 'prod'], '"prod" is no environment; must be one of development, staging, demo, production.'],
  [['list', '--count', '0'], '--count: "0" is no number from 1 to 500.'],
  [['verify'], 'verify wants one environment, tag or digest'],
  [['prune', 'staging'], 'prune is of a whole registry, and takes no "staging".'],
  [['prune', '--keep', '0'], '--keep: "0" is no number from 1 to 100000.'],
  [['prune', '--older-than', 'x'], '--older-than: "x" is no number from 1 to 36500.'],
])('is called wrongly: %j', async (args, message) => {
  const { code, out, err } = await image(args);
  expect([code, out]).toEqual([64, '']);
  expect(err).toContain(message);
});

it('says what is missing before anything else: credentials', async () => {
  const { code, err } = await image(['prune', '--yes']);
  expect(code).toBe(1);
  expect(err).toContain('There are no credentials.');
});

moto.it(`asks before it removes anything, and removes what a dry run has shown${moto.why}`, async () => {
  await site.reset();
  const old = await site.push({ tag: 'main-0000000' }, 100);
  const kept = await site.push({ tag: 'main-1a2b3c4' });
  const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
  const credentials = { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY };
  const account = ['--account', '123456789012', '--keep', '1'];
  const shown = await image(['prune', ...account, '--dry-run'], credentials);
  expect(shown.code).toBe(0);
  expect(shown.out).toBe(
    `ecr:BatchDeleteImage {"registryId":"123456789012","repositoryName":"mr-mentor-backend","imageIds":[{"imageDigest":"${old}"}]}\n`,
  );
  const asked = await image(['prune', ...account], credentials);
  expect(asked.code).toBe(64);
  expect(asked.err).toContain('There is no terminal to ask at: state --yes');
  expect(await site.stored()).toHaveLength(2);
  const done = await image(['prune', ...account, '--yes'], credentials);
  expect([done.code, done.out]).toEqual([0, '']);
  expect(await site.stored()).toEqual([kept]);
  const listed = await image(['list', '--json', ...account.slice(0, 2)], credentials);
  expect(listed.err).toBe('');
  expect(JSON.parse(listed.out).images).toMatchObject([{ digest: kept, tags: ['main-1a2b3c4'] }]);
});
