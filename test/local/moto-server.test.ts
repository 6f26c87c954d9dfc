import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onPath } from '../../local/executable';
import { startMoto } from '../../local/moto';
import { findMoto, installedMoto, MOTO_PACKAGES, provisionMoto } from '../../local/moto-server';

jest.setTimeout(120_000);

const before = { ...process.env };
const python = onPath('python3');
let folder: string;
let cache: string;
let bin: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mr-mentor-moto-server-test-'));
  cache = join(folder, 'cache');
  delete process.env.MOTO_SERVER;
  findProgramsIn('bin');
});
afterEach(() => {
  process.env = { ...before };
  rmSync(folder, { recursive: true, force: true });
});

function findProgramsIn(name: string): void {
  bin = join(folder, name);
  mkdirSync(bin);
  process.env.PATH = bin;
}

const program = (name: string, script: string) =>
  writeFileSync(join(bin, name), `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`, { mode: 0o755 });

/** A Python whose pip does this with the folder that it is given, `$root`. */
const pythonWithPip = (script: string) =>
  program(
    'python3',
    `case "$*" in
      *"pip install"*) root=$(echo "$*" | sed 's/.*--target \\([^ ]*\\) .*/\\1/'); ${script};;
      *executable*) echo "$0";;
      *"moto.server --help") exit 0;;
    esac`,
  );

it('takes the one that MOTO_SERVER names, or the one on the PATH', async () => {
  program('moto_server', 'exit 1');
  expect(findMoto(cache)).toEqual({ command: join(bin, 'moto_server'), args: [], environment: {} });
  process.env.MOTO_SERVER = process.execPath;
  expect(await provisionMoto(cache)).toEqual({ command: process.execPath, args: [], environment: {} });
  process.env.MOTO_SERVER = '/nowhere/moto_server';
  expect(() => findMoto(cache)).toThrow('MOTO_SERVER is "/nowhere/moto_server": must be the path of a program');
});

it('has pip fill the cache, whole and once, for all who look at the same time', async () => {
  pythonWithPip('mkdir -p "$root/moto" && touch "$root/moto/server.py"');
  expect(findMoto(cache)).toBeUndefined();
  const found = await Promise.all([provisionMoto(cache), provisionMoto(cache), provisionMoto(cache)]);
  const [name = '', ...others] = readdirSync(cache);
  expect(others).toEqual([]);
  const server = {
    command: join(bin, 'python3'),
    args: ['-m', 'moto.server'],
    environment: { PYTHONPATH: join(cache, name) },
  };
  expect(found).toEqual([server, server, server]);

  pythonWithPip('exit 1');
  expect(findMoto(cache)).toEqual(server);
  expect(await provisionMoto(cache)).toEqual(server);
});

it('fills it again when the Python is gone that it was filled for', async () => {
  pythonWithPip('mkdir -p "$root/moto" && touch "$root/moto/server.py"');
  await provisionMoto(cache);
  rmSync(join(bin, 'python3'));
  expect(findMoto(cache)).toBeUndefined();
  findProgramsIn('newer');
  pythonWithPip('mkdir -p "$root/moto" && touch "$root/moto/server.py" "$root/new"');
  const { environment } = await provisionMoto(cache);
  expect(readdirSync(environment.PYTHONPATH ?? '')).toContain('new');
});

it('says how to install it where it is not found and nothing may be downloaded', () => {
  expect(() => installedMoto(cache)).toThrow("none is on the PATH. Install it: pip install 'moto[server]'");
});

it('says what it tried and how to install one', async () => {
  await expect(provisionMoto(cache)).rejects.toThrow(
    [
      'There is no moto on this machine, which stands for S3 and Secrets Manager. Tried:',
      '  - MOTO_SERVER: not set',
      '  - moto_server: not on the PATH',
      `  - pip, for ${MOTO_PACKAGES.join(', ')}: python3 is not on the PATH`,
      "Install it (pipx install 'moto[server]'), or what pip needs to be run here",
      '(Debian, Ubuntu: sudo apt-get install python3-pip; macOS: brew install python),',
      'or set MOTO_SERVER to the path of a moto_server.',
    ].join('\n'),
  );
});

it('says what pip said, and keeps nothing half done', async () => {
  pythonWithPip('mkdir -p "$root/moto"; echo "ERROR: No matching distribution found for moto" >&2; exit 1');
  await expect(provisionMoto(cache)).rejects.toThrow(/: ERROR: No matching distribution found for moto\n/);
  expect(readdirSync(cache)).toEqual([]);
});

/** Of the very versions, to make wheels of, so that nothing is downloaded. */
const isInstalled =
  python !== undefined &&
  spawnSync(python, [
    ...[
      '-c',
      'import pip, sys, importlib.metadata as m; sys.exit(any(m.version(n) != v for n, v in zip(*[iter(sys.argv[1:])] * 2)))',
    ],
    ...MOTO_PACKAGES.flatMap((requirement) => requirement.replace(/\[.*\]/, '').split('==')),
  ]).status === 0;
const [itWithWheels, why] = isInstalled
  ? [it, '']
  : [it.skip, ` (SKIPPED: not installed: ${MOTO_PACKAGES.join(', ')})`];

itWithWheels(`what pip has put there answers as AWS does${why}`, async () => {
  const wheels = join(folder, 'wheels');
  mkdirSync(wheels);
  execFileSync(python ?? '', [join(__dirname, 'repack-wheels.py'), wheels, ...MOTO_PACKAGES], { env: before });
  program('python3', `PATH='${before.PATH}' exec '${python}' "$@"`);
  process.env.PIP_NO_INDEX = '1';
  process.env.PIP_FIND_LINKS = wheels;
  const moto = await startMoto(await provisionMoto(cache));
  try {
    expect((await fetch(`${moto.url}/a-bucket`, { method: 'PUT' })).status).toBe(200);
    expect(await (await fetch(moto.url)).text()).toContain('<Name>a-bucket</Name>');
  } finally {
    await moto.stop();
  }
});
