import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { compose, featureFlags } from '../synthesise';

const root = join(__dirname, '..', '..');
const elsewhere = mkdtempSync(join(tmpdir(), 'another-machine-'));
afterAll(() => rmSync(elsewhere, { recursive: true, force: true }));

/**
 * Another machine, years later: other clock, other luck, other time zone, user and working directory, and
 * no network. Whatever differs in what it synthesises, differs on a colleague's machine too, and would be
 * a change in every diff.
 */
const anotherMachine = `
  const RealDate = Date;
  const shift = 5 * 365.25 * 86400e3;
  globalThis.Date = class extends RealDate {
    constructor(...args) { super(...(args.length === 0 ? [RealDate.now() + shift] : args)); }
    static now() { return RealDate.now() + shift; }
  };
  let seed = 1;
  Math.random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const refuse = () => { throw new Error('synthesis used the network'); };
  require('node:net').Socket.prototype.connect = refuse;
  require('node:dns').lookup = refuse;
  const { composeApp } = require(${JSON.stringify(join(root, 'lib', 'compose-app.ts'))});
  composeApp({
    app: { outdir: process.env.OUT, context: { ...JSON.parse(process.env.FLAGS), policyChecks: 'false' } },
  }).synth();
`;

const there = new Promise<string>((resolve, reject) => {
  const out = join(elsewhere, 'some', 'other', 'directory');
  const cwd = join(elsewhere, 'home');
  mkdirSync(cwd, { recursive: true });
  const child = spawn(process.execPath, ['--require', require.resolve('tsx/cjs'), '--eval', anotherMachine], {
    cwd,
    env: {
      PATH: process.env.PATH,
      OUT: out,
      FLAGS: JSON.stringify(featureFlags),
      HOME: cwd,
      USER: 'somebody',
      TZ: 'Pacific/Kiritimati',
      LANG: 'tr_TR.UTF-8',
      CDK_VALIDATION: 'false',
      TMPDIR: tmpdir(),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let error = '';
  child.stderr.on('data', (data) => {
    error += data;
  });
  child.on('error', reject);
  child.on('close', (code) => (code === 0 ? resolve(out) : reject(new Error(error))));
});
// Reported by whichever test awaits it.
there.catch(() => {});

const here = compose().synth().directory;

/** What a deployment reads. Beside it are stack traces of whoever composed the app, for messages only. */
const files = (directory: string) =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /^manifest\.json$|\.(template|assets)\.json$/.test(entry.name))
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith('asset.'))
    .sort();
const assets = (directory: string) =>
  readdirSync(directory)
    .filter((name) => name.startsWith('asset.'))
    .sort();
const text = (directory: string, path: string) =>
  readFileSync(join(directory, path), 'utf8').replaceAll(directory, '<outdir>');

it('another machine synthesises the same, byte for byte', async () => {
  const other = await there;
  expect(files(other)).toEqual(files(here));
  expect(files(here).length).toBeGreaterThan(70);
  const different = files(here).filter((path) => text(here, path) !== text(other, path));
  expect(different).toEqual([]);
}, 60_000);

it('another machine builds the same assets', async () => {
  expect(assets(await there)).toEqual(assets(here));
}, 60_000);

it.each(files(here).filter((path) => path.endsWith('.template.json')))(
  '%s names no date and no path of this machine',
  (path) => {
    const template = readFileSync(join(here, path), 'utf8');
    expect(template).not.toMatch(/\b20\d\d-\d\d-\d\dT\d\d:\d\d/);
    expect(template).not.toContain(new Date().toISOString().slice(0, 10));
    for (const place of [root, process.cwd(), tmpdir()]) expect(template).not.toContain(`${place}/`);
  },
);

it('nothing is looked up: no manifest asks for missing context', () => {
  const manifests = files(here).filter((path) => path.endsWith('manifest.json'));
  expect(manifests).toHaveLength(5);
  expect(manifests.filter((path) => JSON.parse(text(here, path)).missing !== undefined)).toEqual([]);
});
