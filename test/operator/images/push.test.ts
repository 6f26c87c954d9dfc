import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { type Moto, startMoto } from '../../../local/moto';
import { newTag, push } from '../../../operator/images/push';
import { motoTests } from '../../moto';
import { AwsFront } from '../aws-front';
import { putImage } from './ecr-images';

const moto = motoTests('Pushing images was not tried.');
const registry = { account: '123456789012', region: 'ap-south-1' };
const folder = mkdtempSync(join(tmpdir(), 'mr-mentor-push-'));
const log = join(folder, 'log');
let aws: Moto;
let front: AwsFront;
let ecr: ECRClient;
const said: string[] = [];

beforeAll(async () => {
  if (!moto.found) return;
  aws = await startMoto();
  front = await AwsFront.start(aws.url);
  const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'test' };
  ecr = new ECRClient({ region: registry.region, endpoint: front.url, credentials });
});
afterAll(async () => {
  ecr?.destroy();
  front?.stop();
  await aws?.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  said.length = 0;
  for (const stream of ['log', 'error'] as const)
    jest.spyOn(console, stream).mockImplementation((...line) => void said.push(line.join(' ')));
  rmSync(log, { force: true });
  if (!moto.found) return;
  front.reset();
  await fetch(`${aws.url}/moto-api/reset`, { method: 'POST' });
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'mr-mentor-backend' }));
});
afterEach(() => jest.restoreAllMocks());

/** A container engine that writes down what it is told. @param failing the word that it fails at */
function engine(failing = 'nothing') {
  const program = join(folder, 'engine');
  const script = `#!/bin/sh\necho "$1 $* $(cat)" >> ${log}\necho "$DOCKER_CONFIG" > ${folder}/config\n[ "$1" != ${failing} ]\n`;
  writeFileSync(program, script);
  chmodSync(program, 0o755);
  return async () => ({ program, environment: { PATH: process.env.PATH } });
}
const calls = () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []);
const options = { count: 1, keep: 1, olderThan: 1, dryRun: false, yes: true, json: false };
const image = '123456789012.dkr.ecr.ap-south-1.amazonaws.com/mr-mentor-backend:main-1a2b3c4';

moto.it(`builds for the hosts, signs in for this one time, and pushes${moto.why}`, async () => {
  // What a push would do in ECR.
  front.before = async (action) => {
    if (action === 'GetAuthorizationToken') await putImage(front, direct(), { tag: 'main-1a2b3c4' });
  };
  expect(await push({ registry, ecr, options }, 'main-1a2b3c4', engine())).toBe(0);
  const [build, login, upload] = calls();
  expect(build).toMatch(/^build build --platform linux\/amd64 --build-arg REVISION=main-1a2b3c4 --tag /);
  expect(build).toContain(image);
  expect(login).toMatch(
    /^login login --username AWS --password-stdin 123456789012\.dkr\.ecr\.ap-south-1\.amazonaws\.com \S+$/,
  );
  expect(upload).toContain(`push ${image}`);
  expect(said).toEqual([expect.stringMatching(/^sha256:[0-9a-f]{64}$/)]);
  // Nothing of the login is left.
  expect(existsSync(readFileSync(join(folder, 'config'), 'utf8').trim())).toBe(false);
});

const direct = () =>
  new ECRClient({
    ...{ region: registry.region, endpoint: aws.url },
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'test' },
  });

moto.it(`builds nothing where the tag is there${moto.why}`, async () => {
  const { digest } = await putImage(front, direct(), { tag: 'main-1a2b3c4' });
  expect(await push({ registry, ecr, options }, 'main-1a2b3c4', engine())).toBe(0);
  expect(said).toEqual([`main-1a2b3c4 is there already, and stays what it is: ${digest}`]);
  expect(calls()).toEqual([]);
});

moto.it(`says what it would do, and does none of it${moto.why}`, async () => {
  expect(await push({ registry, ecr, options: { ...options, dryRun: true } }, 'main-1a2b3c4', engine())).toBe(0);
  expect(said.map((line) => line.split(' ')[1])).toEqual(['build', 'login', 'push']);
  expect(calls()).toEqual([]);
  expect(front.actions).not.toContain('GetAuthorizationToken');
});

moto.it.each([
  ['build', 1],
  ['login', 2],
  ['push', 3],
])(`goes no further when it fails at %s${moto.why}`, async (word, reached) => {
  await expect(push({ registry, ecr, options }, 'main-1a2b3c4', engine(word))).rejects.toThrow(`${word} ended with 1`);
  expect(calls()).toHaveLength(reached);
});

moto.it(`does not take the engine's word for it${moto.why}`, async () => {
  await expect(push({ registry, ecr, options }, 'main-1a2b3c4', engine())).rejects.toThrow('ECR does not know of it');
});

it.each([undefined, '', 'a b', `sha256:${'a'.repeat(64)}`, 'other-repository:main-1a2b3c4'])(
  'refuses the tag %p',
  (text) => {
    expect(() => newTag(text)).toThrow('push wants one tag, e.g. main-1a2b3c4');
  },
);

it('takes a tag', () => {
  expect(newTag('main-1a2b3c4')).toBe('main-1a2b3c4');
});
