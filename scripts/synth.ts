import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { capacitySheet } from '../lib/config/capacity';
import { environmentsFor, parseContext } from '../lib/config/context';
import { policyPacks } from '../lib/config/policy-packs';
import { timings } from '../lib/config/timings';
import { ConfigurationError, validateConfiguration } from '../lib/config/validate';
import { readAssembly } from './assembly';
import { type LintResult, lintTemplates } from './cfn-lint';
import { environmentVariables, runCommand, UsageError } from './command-line';
import { capacityTable, placeholderLines, stackTable, timingLines } from './synth-report';

const help = `npm run synth -- [environment…] [--json] [--output DIRECTORY] [-c key=value]…

Composes and synthesises environments (default: all) with the CDK CLI, judges them with the CDK's
validator, the policy packs AwsSolutions and NIST 800-53 R5, and cfn-lint where it is installed, and
prints what would be deployed. Needs no credentials and no network.

  --json               the same as JSON on standard output
  --output DIRECTORY   where the assembly goes (default: cdk.out)
  -c, --context K=V    passed on to the CDK: account, imageTag, bakeMinutes

Exit codes: 0 no finding, 1 a finding or a wrong configuration, 64 called wrongly.
Examples:
  npm run synth
  npm run synth -- production
  npm run synth -- staging production --json > synth.json`;

const root = join(__dirname, '..');

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        output: { type: 'string', default: join(root, 'cdk.out') },
        context: { type: 'string', short: 'c', multiple: true, default: [] },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function parsePairs(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, key, value] = /^([^=]+)=(.*)$/.exec(pair) ?? [];
      if (key === undefined || value === undefined)
        throw new UsageError(`--context: "${pair}" is no key=value, e.g. -c account=123456789012.`);
      return [key, value];
    }),
  );
}

/** The real CLI, on the app of cdk.json. Its findings go to standard error as it prints them. */
function cdkSynth(output: string, context: Readonly<Record<string, string>>): Promise<number> {
  const cli = join(root, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  if (!existsSync(cli)) throw new UsageError('The CDK CLI is not installed: run npm ci.');
  const pairs = Object.entries(context).flatMap(([key, value]) => ['--context', `${key}=${value}`]);
  const args = [cli, 'synth', '--quiet', '--no-lookups', '--no-notices', '--output', output, ...pairs];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      // The CLI's own "Successfully synthesized" and the list of stacks would stand in the JSON.
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...environmentVariables },
    });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** What the validator and the packs still find; the CLI has printed it already. */
function countFindings(output: string): number {
  const file = join(output, 'validation-report.json');
  if (!existsSync(file)) throw new Error(`${file} is missing: the validator did not run.`);
  const { pluginReports = [] } = JSON.parse(readFileSync(file, 'utf8')) as {
    pluginReports?: { violations?: unknown[] }[];
  };
  return pluginReports.reduce((total, { violations = [] }) => total + violations.length, 0);
}

function lintLines(lint: LintResult): string[] {
  if (lint === undefined)
    return ['cfn-lint is not installed, so it was not run (pip install cfn-lint, or brew install cfn-lint).'];
  return [
    ...lint.findings.map(
      ({ level, rule, message, file, path }) => `${level} ${rule} ${message}\n   ${relative(root, file)} ${path}`,
    ),
    `${lint.version}: ${lint.findings.length} finding(s).`,
  ];
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parse(args);
  const context = {
    ...parsePairs(values.context),
    ...(positionals.length > 0 && { environments: positionals.join(',') }),
  };
  let environments: ReturnType<typeof environmentsFor>;
  try {
    environments = environmentsFor(parseContext(context));
    // composeApp() does the same; here it saves a CLI's start and a folder.
    validateConfiguration(environments, timings);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    console.error(error.message);
    return 1;
  }

  const code = await cdkSynth(values.output, context);
  if (code !== 0) return 1;
  const stacks = readAssembly(values.output, policyPacks);
  const findings = countFindings(values.output);
  const lint = await lintTemplates(stacks.map(({ templateFile }) => templateFile));

  if (values.json) {
    const capacity = Object.fromEntries(environments.map((env) => [env.name, capacitySheet(env)]));
    console.log(JSON.stringify({ stacks, findings, lint: lint ?? null, capacity, timings }, null, 2));
  } else {
    console.log(
      [
        stackTable(stacks, policyPacks),
        '',
        'Capacity: both colours at their maximum, the worker rolling, one job',
        capacityTable(environments),
        '',
        'Timings: each holds, or the synth would have failed',
        timingLines(timings),
        '',
        `CDK validator and policy packs: ${findings} finding(s); the columns above count the acknowledged ones.`,
        ...lintLines(lint),
        ...placeholderLines(environments),
      ].join('\n'),
    );
  }
  return findings > 0 || (lint?.findings.length ?? 0) > 0 ? 1 : 0;
}

void runCommand(help, main);
