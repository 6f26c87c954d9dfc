import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const assemblies = process.env.TEST_ASSEMBLIES ?? '';
const deployed = join(assemblies, 'deployed');

/** The command itself, as a person or a workflow runs it. */
function cost(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--require', 'tsx/cjs', 'scripts/cost.ts', ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env },
  });
  return { code: status, out: stdout, err: stderr };
}

/** The deployed assembly with an edit of production's template of data. */
function edited(edit: (text: string) => string): string {
  const folder = mkdtempSync(join(assemblies, 'cost-'));
  cpSync(deployed, folder, { recursive: true, filter: (path) => !/asset\.[0-9a-f]{64}/.test(path) });
  const nested = join(folder, 'assembly-production');
  const file = readdirSync(nested).find((name) => /^productiondata.*template\.json$/.test(name)) ?? '';
  writeFileSync(join(nested, file), edit(readFileSync(join(nested, file), 'utf8')));
  return folder;
}
const larger = (text: string) => text.replace('"db.m7g.large"', '"db.m7g.xlarge"');

it('estimates an environment and what its account has once', () => {
  const { code, out, err } = cost('production', '--head', deployed);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^production \(ap-south-1\): US\$ /);
  expect(out).toMatch(/^Hosts: 3 × m6i\.xlarge +2,190 +hour +0\.202 +442\.38$/m);
  expect(out).toContain('delivery-000000000002, once for this account');
  expect(out).not.toMatch(/staging|delivery-000000000001/);
});

it('estimates everything when nothing is named', () => {
  const { code, out } = cost('--head', deployed, '--format', 'json');
  expect(code).toBe(0);
  expect(JSON.parse(out).blocks.map(({ name }: { name: string }) => name)).toEqual([
    ...['development', 'staging', 'demo', 'production', 'delivery-000000000001', 'delivery-000000000002'],
  ]);
});

it('says what a change costs, and that nothing changes', () => {
  const change = cost('--base', deployed, '--head', edited(larger));
  expect(change.code).toBe(0);
  expect(change.out.split('\n')[0]).toBe('US$ +305.14 a month: production +305.14.');
  const none = cost('--base', deployed, '--head', deployed);
  expect(none.out.split('\n')[0]).toBe('No difference: the change costs what it cost before.');
});

it('writes its report below that of another command', () => {
  const file = join(mkdtempSync(join(assemblies, 'report-')), 'comment.md');
  writeFileSync(file, 'the other report\n');
  const args = ['--base', deployed, '--head', deployed, '--format', 'markdown', '--output', file];
  expect(cost(...args, '--append')).toEqual({ code: 0, out: '', err: '' });
  expect(readFileSync(file, 'utf8')).toMatch(/^the other report\n\n\*\*Cost: No difference/);
  cost(...args);
  expect(readFileSync(file, 'utf8')).toMatch(/^\*\*Cost: No difference/);
});

it.each<[string, string[], string]>([
  [
    'for an unknown environment',
    ['test'],
    'unknown environment "test"; allowed: development, staging, demo, production.',
  ],
  [
    'with a format that is none',
    ['--head', deployed, '--format', 'html'],
    '--format: unknown format "html"; allowed: table, markdown, json.',
  ],
  ['with an unknown option', ['--bse', 'main'], "Unknown option '--bse'"],
  ['to append to nothing', ['--append'], '--append without --output: name the file to append to.'],
  ['with a head that is no folder', ['--head', 'nowhere'], '--head: there is no folder "nowhere"'],
  [
    'with a base that is none',
    ['--base', 'no-such-branch', '--head', deployed],
    '--base: "no-such-branch" is neither a folder nor a commit',
  ],
])('ends with 64 when called %s', (_, args, message) => {
  const { code, out, err } = cost(...args);
  expect({ code, out }).toEqual({ code: 64, out: '' });
  expect(err).toContain(message);
  expect(err).toContain('See --help.');
});

it('ends with 70 for half an assembly, and never with a small sum', () => {
  const folder = edited((text) => text);
  rmSync(join(folder, 'manifest.json'));
  const none = cost('--head', folder);
  expect({ code: none.code, out: none.out }).toEqual({ code: 70, out: '' });
  expect(none.err).toMatch(/^Could not estimate: .* is no cloud assembly: it has no manifest\.json/);
  const cut = cost(
    'production',
    '--head',
    edited((text) => text.slice(0, 1000)),
  );
  expect(cut.code).toBe(70);
  expect(cut.err).not.toMatch(/^\s+at /m);
});

it('estimates a size without a price as not priced', () => {
  const { code, out } = cost(
    'production',
    '--head',
    edited((text) => text.replace('"db.m7g.large"', '"db.r8g.large"')),
  );
  expect(code).toBe(0);
  expect(out).toContain('That is too low: 1 thing is not priced.');
  expect(out).toContain(
    '  Database: db.r8g.large, in two zones: cost/prices.json has no price "rds/postgres/db.r8g.large/multi-az"',
  );
});

it('prints its help', () => {
  const { code, out } = cost('--help');
  expect(code).toBe(0);
  expect(out).toMatch(/^npm run cost -- \[environment…\] \[option…\]/);
  expect(out).toContain('Exit codes:');
});
