import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const assemblies = process.env.TEST_ASSEMBLIES ?? '';
const deployed = join(assemblies, 'deployed');

/** The command itself, as a person or a workflow runs it. */
function diffGuard(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--require', 'tsx/cjs', 'scripts/diff-guard.ts', ...args],
    { cwd: root, encoding: 'utf8', env: { ...process.env } },
  );
  return { code: status, out: stdout, err: stderr };
}

/** The deployed assembly with an edit of one template. */
function edited(name: RegExp, edit: (text: string) => string): string {
  const folder = mkdtempSync(join(assemblies, 'head-'));
  cpSync(deployed, folder, { recursive: true, filter: (path) => !/asset\.[0-9a-f]{64}/.test(path) });
  const nested = join(folder, 'assembly-production');
  const file = join(nested, readdirSync(nested).find((each) => name.test(each)) ?? '');
  writeFileSync(file, edit(readFileSync(file, 'utf8')));
  return folder;
}

const database = /^productiondata.*template\.json$/;

it('ends with 0 where nothing changes, and says so', () => {
  const { code, out, err } = diffGuard('--base', deployed, '--head', deployed);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out.split('\n')[0]).toBe(
    '✓ green: no template differs, so a deployment would change nothing (39 stacks of development, staging, demo, production, delivery-000000000001 and delivery-000000000002).',
  );
});

it('ends with 1 where the database would be lost, and says it in the first line', () => {
  const head = edited(database, (text) => text.replaceAll('"DatabaseInstanceAA8A5FDE"', '"DatabasePostgres277EF4CB"'));
  const { code, out } = diffGuard('--base', deployed, '--head', head, '--label', 'diff-guard:reviewed');
  expect(code).toBe(1);
  expect(out.split('\n')[0]).toMatch(
    /^✗ red: production would lose the database \(AWS::RDS::DBInstance, renamed .*\)\..* Keep it: .*overrideLogicalId\('DatabaseInstanceAA8A5FDE'\)/,
  );
});

it('ends with 2 for amber, with 0 once it is labelled, and speaks markdown and JSON', () => {
  const head = edited(database, (text) => text.replace(/"MaxAllocatedStorage": ?\d+/, '"MaxAllocatedStorage":4000'));
  const sides = ['--base', deployed, '--head', head];
  const amber = diffGuard(...sides, '--format', 'markdown');
  expect(amber.code).toBe(2);
  expect(amber.out).toMatch(/^\*\*! amber: production would cost another amount/);
  const json = diffGuard(...sides, '--format', 'json', '--label', 'bug', '--label', 'diff-guard:reviewed');
  expect(json.code).toBe(0);
  expect(JSON.parse(json.out)).toMatchObject({ version: 1, verdict: 'amber', acknowledged: true, exitCode: 0 });
});

it('takes labels as a workflow has them, and writes its report into a file', () => {
  const head = edited(database, (text) => text.replace(/"MaxAllocatedStorage": ?\d+/, '"MaxAllocatedStorage":4000'));
  const file = join(mkdtempSync(join(assemblies, 'report-')), 'comment.md');
  const sides = ['--base', deployed, '--head', head, '--format', 'markdown', '--output', file];
  const labelled = diffGuard(...sides, '--labels', 'bug,diff-guard:reviewed');
  expect(labelled).toMatchObject({
    code: 0,
    out: '',
    err: expect.stringMatching(/^✓ amber, acknowledged: production/),
  });
  expect(readFileSync(file, 'utf8')).toMatch(/^\*\*✓ amber, acknowledged: production/);
  expect(diffGuard(...sides, '--labels', '').code).toBe(2);
});

it.each<[string, string[], string]>([
  ['without a base', [], '--base is missing: name a git ref such as main'],
  [
    'with a format that is none',
    ['--base', deployed, '--head', deployed, '--format', 'html'],
    '--format: unknown format "html"; allowed: table, markdown, json.',
  ],
  ['with an unknown option', ['--bse', 'main'], "Unknown option '--bse'"],
  [
    'with a ref that is none',
    ['--base', 'no-such-branch', '--head', deployed],
    '--base: "no-such-branch" is neither a folder nor a commit',
  ],
  ['with a head that is no folder', ['--base', deployed, '--head', 'nowhere'], '--head: there is no folder "nowhere"'],
])('ends with 64 when called %s', (_, args, message) => {
  const { code, out, err } = diffGuard(...args);
  expect({ code, out }).toEqual({ code: 64, out: '' });
  expect(err).toContain(message);
  expect(err).toContain('See --help.');
});

it.each<[string, () => string, string]>([
  [
    'half an assembly',
    () => {
      const folder = edited(database, (text) => text);
      rmSync(join(folder, 'manifest.json'));
      return folder;
    },
    'is no cloud assembly: it has no manifest.json',
  ],
  [
    'a template that is cut short',
    () => edited(database, (text) => text.slice(0, 1000)),
    'is no JSON object, as if its synth had been cut off',
  ],
])('ends with 70 for %s, and never with "nothing changes"', (_, head, message) => {
  const { code, out, err } = diffGuard('--base', deployed, '--head', head());
  expect({ code, out }).toEqual({ code: 70, out: '' });
  expect(err).toMatch(/^Could not compare: /);
  expect(err).toContain(message);
  expect(err).not.toMatch(/^\s+at /m);
});

it('prints its help', () => {
  const { code, out } = diffGuard('--help');
  expect(code).toBe(0);
  expect(out).toMatch(/^npm run diff-guard -- --base REF \| DIRECTORY/);
  expect(out).toContain('Exit codes:');
});
