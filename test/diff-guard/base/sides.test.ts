import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { NotComparable } from '../../../diff-guard/assembly/not-comparable';
import { readAssembly } from '../../../diff-guard/assembly/read-assembly';
import { withSides } from '../../../diff-guard/base/sides';
import { UsageError } from '../../../scripts/command-line';
import { makeProject, type Project } from './project';

const topic = (name: string) => JSON.stringify({ Resources: { [name]: { Type: 'AWS::SNS::Topic' } } });

/** The logical ids of both sides, and what was told. */
async function sidesOf({ root }: Project, base: string, head?: string) {
  const told: string[] = [];
  const cacheFolder = join(root, 'node_modules', '.cache', 'diff-guard');
  const ids = (assembly: string) => readAssembly(assembly).flatMap(({ template }) => Object.keys(template.Resources));
  const sides = await withSides({ root, base, head, cacheFolder, tell: (line) => told.push(line) }, (one, other) => ({
    ...{ base: ids(one.assembly), head: ids(other.assembly), names: [one.name, other.name] },
  }));
  return { ...sides, told, cached: readdirSync(cacheFolder) };
}

it('synthesises the base in a work tree of its own, and leaves repository, index and files as they were', async () => {
  const project = makeProject();
  const commit = project.commit('one');
  project.write('app.json', topic('Staged'));
  project.git('add', 'app.json');
  project.write('app.json', topic('Edited'));
  project.write('untracked.txt', 'mine');
  const status = project.git('status', '--porcelain');

  const sides = await sidesOf(project, 'main');
  expect(sides).toMatchObject({ base: ['A'], head: ['Edited'], told: [] });
  expect(sides.names).toEqual([`main (${commit.slice(0, 12)})`, 'the work tree, with changes that are not committed']);
  expect(project.git('status', '--porcelain')).toBe(status);
  expect(project.git('worktree', 'list').split('\n')).toHaveLength(1);
  expect(sides.cached).toEqual([expect.stringMatching(`^assembly-${commit}-[0-9a-f]{12}$`)]);
  const assembly = join(project.root, 'node_modules/.cache/diff-guard', sides.cached[0] ?? '');
  expect(readdirSync(assembly).sort()).toEqual(['manifest.json', 'one.template.json']);
});

it('takes a commit from the cache the second time, and a clean work tree as well', async () => {
  const project = makeProject();
  project.commit('one');
  project.git('checkout', '-q', '-b', 'change');
  project.write('app.json', topic('B'));
  project.commit('two');
  expect(await sidesOf(project, 'main')).toMatchObject({ base: ['A'], head: ['B'] });
  expect(await sidesOf(project, 'main')).toMatchObject({ base: ['A'], head: ['B'] });
  expect(project.synths()).toHaveLength(2);
});

it('lets two runs at once make the same base without breaking each other', async () => {
  const project = makeProject();
  project.commit('one');
  project.write('app.json', topic('Edited'));
  const both = await Promise.all([sidesOf(project, 'main'), sidesOf(project, 'main')]);
  expect(both.map(({ base, head }) => [base, head])).toEqual(Array(2).fill([['A'], ['Edited']]));
  expect(project.git('worktree', 'list').split('\n')).toHaveLength(1);
});

it('clears away what a killed run left behind, also behind a link, and no other work tree that is away', async () => {
  const project = makeProject();
  const commit = project.commit('one');
  const dead = spawnSync(process.execPath, ['-e', '0']).pid;
  const real = mkdtempSync(join(process.env.TEST_ASSEMBLIES ?? '', 'linked-'));
  renameSync(join(project.root, 'node_modules'), join(real, 'node_modules'));
  symlinkSync(join(real, 'node_modules'), join(project.root, 'node_modules'));
  project.write('.gitignore', 'node_modules\n');
  const left = join(project.root, 'node_modules/.cache/diff-guard', `making-${dead}-abc`);
  mkdirSync(left, { recursive: true });
  project.git('worktree', 'add', '--detach', join(left, 'tree'), commit);
  project.git('worktree', 'add', '--detach', join(real, 'on-a-stick'), commit);
  rmSync(join(real, 'on-a-stick'), { recursive: true });
  await sidesOf(project, 'main');
  expect(existsSync(left)).toBe(false);
  const trees = project.git('worktree', 'list', '--porcelain').match(/^worktree .*$/gm);
  expect(trees).toEqual([`worktree ${project.root}`, `worktree ${join(real, 'on-a-stick')}`]);
});

it('installs the dependencies of a base whose lock is another, once', async () => {
  const project = makeProject();
  project.write('tool/package.json', '{"name":"tool","version":"1.0.0"}');
  const lock = (version: string) =>
    JSON.stringify({
      ...{ name: 'project', version, lockfileVersion: 3, requires: true },
      packages: {
        '': { name: 'project', version, dependencies: { tool: 'file:tool', 'aws-cdk': 'file:cli' } },
        'node_modules/tool': { resolved: 'tool', link: true },
        'node_modules/aws-cdk': { resolved: 'cli', link: true },
        ...{ tool: { version: '1.0.0' }, cli: { name: 'aws-cdk', version: '1.0.0' } },
      },
    });
  const packageJson = (version: string) =>
    JSON.stringify({ name: 'project', version, dependencies: { tool: 'file:tool', 'aws-cdk': 'file:cli' } });
  project.write('cli/package.json', '{"name":"aws-cdk","version":"1.0.0"}');
  const script = (name: string) =>
    `require('node:child_process').execFileSync(process.execPath, [${JSON.stringify(join(project.root, 'node_modules/aws-cdk/bin/cdk'))}, ...process.argv.slice(2)], { stdio: 'inherit' }); require('tool/package.json'); // ${name}`;
  project.write('cli/bin/cdk', script('base'));
  project.write('package.json', packageJson('1.0.0'));
  project.write('package-lock.json', lock('1.0.0'));
  project.commit('one');
  project.write('package-lock.json', lock('2.0.0'));
  project.write('package.json', packageJson('2.0.0'));
  project.write('app.json', topic('B'));
  const first = await sidesOf(project, 'main');
  expect(first).toMatchObject({ base: ['A'], head: ['B'] });
  expect(first.cached.filter((name) => name.startsWith('dependencies-'))).toHaveLength(1);
});

it('says that a base has commits which the work tree lacks', async () => {
  const project = makeProject();
  project.commit('one');
  project.git('checkout', '-q', '-b', 'change');
  project.git('checkout', '-q', 'main');
  project.write('app.json', topic('Later'));
  project.commit('two');
  project.git('checkout', '-q', 'change');
  const { told } = await sidesOf(project, 'main');
  expect(told).toEqual([
    'main has 1 commit that the work tree lacks: what they changed is shown backwards. Rebase, or pass --base $(git merge-base main HEAD).',
  ]);
});

it('runs no hook of the repository', async () => {
  const project = makeProject();
  project.commit('one');
  const hook = join(project.root, '.git', 'hooks', 'post-checkout');
  mkdirSync(join(hook, '..'), { recursive: true });
  writeFileSync(hook, `#!/bin/sh\ntouch "${project.root}/hooked"\n`);
  chmodSync(hook, 0o755);
  await sidesOf(project, 'main');
  expect(existsSync(join(project.root, 'hooked'))).toBe(false);
});

describe('cannot compare', () => {
  it('a base whose synth fails, says what it printed, and caches nothing', async () => {
    const project = makeProject();
    project.write('app.json', 'broken');
    project.commit('one');
    project.write('app.json', topic('B'));
    const failing = sidesOf(project, 'main');
    await expect(failing).rejects.toThrow(NotComparable);
    await expect(failing).rejects.toThrow(
      /The synth of the base [0-9a-f]{12} failed \(exit code 1\):\n.*Unexpected token in app\.json/,
    );
    expect(readdirSync(join(project.root, 'node_modules/.cache/diff-guard'))).toEqual([]);
    expect(project.git('worktree', 'list').split('\n')).toHaveLength(1);
  });

  it('a work tree whose synth fails', async () => {
    const project = makeProject();
    project.commit('one');
    project.write('app.json', 'broken');
    await expect(sidesOf(project, 'main')).rejects.toThrow(/The synth of the work tree failed \(exit code 1\)/);
  });

  it('a work tree without its dependencies, and says what installs them', async () => {
    const project = makeProject();
    project.commit('one');
    rmSync(join(project.root, 'node_modules'), { recursive: true });
    await expect(sidesOf(project, 'main')).rejects.toThrow(/The CDK CLI is not installed in .*: run npm ci\./);
  });
});

describe('was called wrongly', () => {
  it('with a base that is neither a folder nor a commit', async () => {
    const project = makeProject();
    project.commit('one');
    await expect(sidesOf(project, 'mian')).rejects.toThrow(UsageError);
    await expect(sidesOf(project, 'mian')).rejects.toThrow('--base: "mian" is neither a folder nor a commit');
    await expect(sidesOf(project, '--all')).rejects.toThrow('"--all" is neither a folder nor a commit');
  });

  it('with a head that is no folder', async () => {
    const project = makeProject();
    project.commit('one');
    await expect(sidesOf(project, 'main', 'nowhere')).rejects.toThrow('--head: there is no folder "nowhere"');
  });

  it('with a branch that only the remote has here, and is told its name', async () => {
    const project = makeProject();
    const commit = project.commit('one');
    project.git('update-ref', 'refs/remotes/origin/develop', commit);
    await expect(sidesOf(project, 'develop')).rejects.toThrow('There is origin/develop: pass --base origin/develop.');
  });

  it('in a shallow clone, and is told to fetch', async () => {
    const project = makeProject();
    project.commit('one');
    writeFileSync(join(project.root, '.git', 'shallow'), `${project.git('rev-parse', 'HEAD')}\n`);
    await expect(sidesOf(project, 'v1')).rejects.toThrow('This clone is shallow: fetch it');
  });
});
