import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(__dirname, '..', '..');
const node = (...args: string[]) =>
  spawnSync(process.execPath, ['--require', 'tsx/cjs', ...args], {
    cwd: root,
    encoding: 'utf8',
    // Without cfn-lint, as on a machine that lacks it.
    env: { ...process.env, PATH: `${dirname(process.execPath)}:/bin` },
  });
const emptyFolder = () => mkdtempSync(join(process.env.TEST_ASSEMBLIES ?? '', 'synth-'));

describe('npm run synth', () => {
  const wrong: [string, string[], number, string][] = [
    [
      'an unknown environment',
      ['prod'],
      64,
      'unknown environment "prod"; allowed: development, staging, demo, production.',
    ],
    ['environments named twice', ['staging', '-c', 'environments=demo'], 64, 'environments are named twice'],
    ['a misspelt key with a hyphen', ['-c', 'image-tag=x'], 1, '-c image-tag: unknown context key; allowed:'],
    ['an account that is none', ['-c', 'account=abc'], 1, '-c account: "abc" is no AWS account id; pass 12 digits'],
    ['a number that is none', ['-c', 'bakeMinutes=soon'], 1, '-c bakeMinutes: "soon" is no number; pass whole minutes'],
    ['a misspelt context key', ['-c', 'imagetag=main-1a2b3c4'], 1, '-c imagetag: unknown context key; allowed:'],
    ['a tag that moves', ['staging', '-c', 'imageTag=latest'], 1, 'imageTag: "latest" can move to another image'],
    ['an unknown option', ['--jsn'], 64, "Unknown option '--jsn'"],
    ['context without a value', ['-c', 'account'], 64, '--context: "account" is no key=value'],
  ];

  it.each(wrong)('refuses %s, and writes nothing', (_what, args, exitCode, message) => {
    const output = join(emptyFolder(), 'cdk.out');
    const { status, stdout, stderr } = node('scripts/synth.ts', ...args, '--output', output);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect({ status, stdout }).toEqual({ status: exitCode, stdout: '' });
    expect(existsSync(output)).toBe(false);
  });

  it('prints its help', () => {
    const { status, stdout } = node('scripts/synth.ts', '--help');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^npm run synth -- \[environment…\]/);
    expect(stdout).toContain('Exit codes:');
  });

  it('describes an environment to a machine, without cfn-lint and without credentials', () => {
    const output = emptyFolder();
    const { status, stdout, stderr } = node('scripts/synth.ts', 'development', '--json', '--output', output);
    expect(stderr).not.toMatch(/error|warning/i);
    expect(status).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ policyChecks: true, lint: null, timings: { albIdleTimeout: 60 } });
    expect(Object.keys(report.capacity)).toEqual(['development']);
    expect(report.stacks.map(({ id }: { id: string }) => id)).toEqual([
      ...['network', 'storage', 'data', 'secrets', 'edge', 'cdn', 'edge-operations', 'service', 'operations'],
      'delivery-000000000001',
    ]);
    const data = report.stacks.find(({ id }: { id: string }) => id === 'data');
    expect(data).toMatchObject({ environment: 'development', stackName: 'mr-mentor-development-data', stateful: 4 });
    expect(data.acknowledged.AwsSolutions).toBeGreaterThan(0);
    expect(readdirSync(output)).toContain('validation-report.json');
  });
});

describe('cdk', () => {
  it('ends with one line for each failure of the configuration, and no trace', () => {
    const outdir = emptyFolder();
    const { status, stderr } = spawnSync(process.execPath, ['--require', 'tsx/cjs', 'bin/app.ts'], {
      cwd: root,
      encoding: 'utf8',
      env: {
        ...process.env,
        CDK_OUTDIR: outdir,
        CDK_CONTEXT_JSON: JSON.stringify({ environments: 'qa', account: '12', bakeMinutes: 'x' }),
      },
    });
    expect(status).toBe(1);
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringContaining('-c environments: unknown environment "qa"'),
      expect.stringContaining('-c account: "12"'),
      expect.stringContaining('-c bakeMinutes: "x"'),
    ]);
    expect(readdirSync(outdir)).toEqual([]);
  });

  it('fails with what the policy packs find in an environment, and nobody has acknowledged', () => {
    const app = 'node --require tsx/cjs --require ./test/scripts/without-acknowledgements.js bin/app.ts';
    const cli = join(root, 'node_modules', 'aws-cdk', 'bin', 'cdk');
    const args = ['synth', '--quiet', '--no-lookups', '-c', 'environments=development', '--output', emptyFolder()];
    const { status, stderr } = spawnSync(process.execPath, [cli, ...args, '--app', app], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env },
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^AwsSolutions-EC23: .+\n {3}development\/service\/LoadBalancer\/SecurityGroup\/Resource$/m);
    expect(stderr).toMatch(/^NIST\.800\.53\.R5-ELBv2ACMCertificateRequired: /m);
  });

  it('refuses to deploy to a placeholder account, and says where to write the real one', () => {
    const deploy = ['deploy', 'development/network', '--require-approval', 'never', '--no-notices', '--no-lookups'];
    const context = ['-c', 'environments=development', '-c', 'policyChecks=false', '--output', emptyFolder()];
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(root, 'node_modules', 'aws-cdk', 'bin', 'cdk'), ...deploy, ...context],
      { cwd: root, encoding: 'utf8', env: { ...process.env, AWS_EC2_METADATA_DISABLED: 'true' } },
    );
    expect(status).toBe(1);
    expect(stderr).toContain(
      'Account 000000000001 is a placeholder: write your account ids into lib/config/accounts.ts, or pass -c account=123456789012. Nothing was deployed.',
    );
  });
});
