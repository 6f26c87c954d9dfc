import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * A small project under git whose "CDK CLI" writes an assembly from one of its files: work trees, dependencies and
 * caches are real, and a synth takes a moment.
 */
export interface Project {
  readonly root: string;
  readonly write: (file: string, text: string) => void;
  /** Commits everything and returns the commit. */
  readonly commit: (message: string) => string;
  readonly git: (...args: string[]) => string;
  /** The trees in which the CLI ran, one a run. */
  readonly synths: () => string[];
}

const cli = `
const { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const output = process.argv[process.argv.indexOf('--output') + 1];
appendFileSync(join(__dirname, 'synths'), process.cwd() + '\\n');
const app = readFileSync('app.json', 'utf8');
if (app === 'broken') { console.error('SyntaxError: Unexpected token in app.json'); process.exit(1); }
mkdirSync(output, { recursive: true });
mkdirSync(join(output, 'asset.' + 'a'.repeat(64)), { recursive: true });
const properties = { templateFile: 'one.template.json', stackName: 'one' };
const one = { type: 'aws:cloudformation:stack', environment: 'aws://111122223333/ap-south-1', properties };
writeFileSync(join(output, 'manifest.json'), JSON.stringify({ version: '55.0.0', artifacts: { one } }));
writeFileSync(join(output, 'one.template.json'), app);
`;

export function makeProject(): Project {
  const root = mkdtempSync(join(process.env.TEST_ASSEMBLIES ?? '', 'project-'));
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  const git = (...args: string[]): string => {
    const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
    const { status, stdout, stderr } = spawnSync('git', [...identity, ...args], { cwd: root, encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  };
  const commit = (message: string): string => {
    git('add', '-A');
    git('commit', '-q', '-m', message);
    return git('rev-parse', 'HEAD');
  };
  git('init', '-q', '-b', 'main');
  write('.gitignore', 'node_modules/\n');
  write('package.json', '{"name":"project","version":"1.0.0"}');
  write('package-lock.json', '{"name":"project","version":"1.0.0","lockfileVersion":3,"requires":true,"packages":{}}');
  write('node_modules/aws-cdk/bin/cdk', cli);
  write('app.json', '{"Resources":{"A":{"Type":"AWS::SNS::Topic"}}}');
  const log = join(root, 'node_modules', 'aws-cdk', 'bin', 'synths');
  writeFileSync(log, '');
  return { root, write, commit, git, synths: () => readFileSync(log, 'utf8').split('\n').filter(Boolean) };
}
