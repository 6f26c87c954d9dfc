import {
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImageAsset } from '../../../rehearsal/assembly/deployment';
import { compileImage } from '../../../rehearsal/parts/compiled-image';
import { buildArguments, buildImage } from '../../../rehearsal/parts/image';

const APP_IMAGE = join(__dirname, '..', '..', '..', 'app-image');
let folder: string;
let cache: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mr-mentor-image-'));
  cache = join(folder, 'cache');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The build context of a service that is one file. */
function asset(hash: string, main: string): ImageAsset {
  const directory = join(folder, `asset.${hash}`);
  mkdirSync(join(directory, 'src'), { recursive: true });
  for (const file of ['package.json', 'package-lock.json', 'tsconfig.json'])
    copyFileSync(join(APP_IMAGE, file), join(directory, file));
  writeFileSync(join(directory, 'src', 'main.ts'), main);
  return { hash, directory, dockerfile: 'Dockerfile', buildArgs: {} };
}

it('compiles the sources of the build context once, and leaves the context as it was', async () => {
  const service = asset('abc', 'export const answer: number = 42;');
  const before = readdirSync(service.directory);
  const image = await compileImage(service, cache);
  expect(require(join(image, 'dist', 'main.js'))).toEqual({ answer: 42 });
  expect(readdirSync(image).sort()).toEqual(['dist', 'node_modules', 'package.json']);
  expect(existsSync(join(image, 'node_modules', 'express', 'package.json'))).toBe(true);
  expect(readdirSync(service.directory)).toEqual(before);

  const { mtimeMs } = statSync(join(image, 'dist', 'main.js'));
  expect(await compileImage(service, cache)).toBe(image);
  expect(statSync(join(image, 'dist', 'main.js')).mtimeMs).toBe(mtimeMs);
});

it('shows what does not compile, and leaves nothing half', async () => {
  await expect(compileImage(asset('abc', 'const answer = ;'), cache)).rejects.toThrow(
    /does not compile:\n.*main\.ts.*error TS1109: Expression expected/,
  );
  expect(readdirSync(cache)).toEqual([]);
});

it('installs modules of its own where the build context locks others', async () => {
  const service = asset('abc', '');
  const packages = { name: 'mr-mentor-backend', version: '0.1.0', lockfileVersion: 3, packages: {} };
  writeFileSync(
    join(service.directory, 'package.json'),
    JSON.stringify({ name: 'mr-mentor-backend', version: '0.1.0' }),
  );
  writeFileSync(join(service.directory, 'package-lock.json'), JSON.stringify(packages));
  const image = await compileImage(service, cache);
  expect(lstatSync(join(image, 'node_modules')).isSymbolicLink()).toBe(false);
  expect(existsSync(join(image, 'node_modules', 'express'))).toBe(false);
});

it('compiles again what was linked to modules that are others now', async () => {
  const service = asset('abc', '');
  const image = await compileImage(service, cache);
  rmSync(join(image, 'node_modules'));
  cpSync(service.directory, join(image, 'node_modules'), { recursive: true });
  expect(await compileImage(service, cache)).toBe(image);
  rmSync(join(image, 'node_modules'), { recursive: true });
  expect(await compileImage(service, cache)).toBe(image);
  expect(lstatSync(join(image, 'node_modules')).isSymbolicLink()).toBe(true);
});

it('keeps the five images that were used last, and builds that are under way', async () => {
  mkdirSync(cache);
  const used = (name: string, hoursAgo: number) => {
    mkdirSync(join(cache, name));
    const time = new Date(Date.now() - hoursAgo * 3_600_000);
    utimesSync(join(cache, name), time, time);
  };
  for (const hours of [1, 2, 3, 4, 5, 6]) used(`hash-${hours}`, hours);
  used('building-now', 0.1);
  used('building-killed', 2);
  await compileImage(asset('abc', ''), cache);
  expect(readdirSync(cache).sort()).toEqual(['abc', 'building-now', 'hash-1', 'hash-2', 'hash-3', 'hash-4']);
});

it('asks an engine for what the assembly asks, for the architecture of this machine', async () => {
  const service: ImageAsset = {
    ...{ hash: '0123456789abcdef', directory: '/assembly/asset.1', dockerfile: 'Dockerfile', platform: 'linux/amd64' },
    buildArgs: { REVISION: '1a2b3c4' },
  };
  const builds: (readonly string[])[] = [];
  const image = await buildImage(service, {
    buildArgs: { BASE_IMAGE: 'local/node' },
    engine: {
      name: 'docker',
      environment: {},
      build: async (args) => {
        builds.push(args);
      },
      kill: async () => {},
      setCpuShares: async () => {},
      remove: async () => {},
      labelled: async () => [],
    },
  });
  expect(image).toEqual({
    revision: '0123456789abcdef',
    folder: '/assembly/asset.1',
    tag: 'mr-mentor-rehearsal:0123456789ab',
  });
  expect(builds).toEqual([buildArguments(service, 'mr-mentor-rehearsal:0123456789ab', { BASE_IMAGE: 'local/node' })]);
  expect(builds[0]?.slice(2)).toEqual([
    ...['mr-mentor-rehearsal:0123456789ab', '--label', 'mr-mentor.rehearsal.image=true'],
    ...['--file', '/assembly/asset.1/Dockerfile'],
    ...['--build-arg', 'REVISION=1a2b3c4', '--build-arg', 'BASE_IMAGE=local/node', '/assembly/asset.1'],
  ]);
});
