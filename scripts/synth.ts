import { join, relative } from 'node:path';
import { capacitySheet } from '../lib/config/capacity';
import { environmentsFor, everyName, parseContext } from '../lib/config/context';
import { policyPacks } from '../lib/config/policy-packs';
import { timings } from '../lib/config/timings';
import { ConfigurationError, validateConfiguration } from '../lib/config/validate';
import { readAssembly } from './assembly';
import { synthesise } from './cdk-synth';
import { type LintResult, lintTemplates } from './cfn-lint';
import { parseCommand, parsePairs, runCommand, UsageError } from './command-line';
import { capacityTable, placeholderLines, stackTable, timingLines } from './synth-report';

const help = `npm run synth -- [environment…] [--json] [--output DIRECTORY] [-c key=value]…

Composes and synthesises environments (default: all) with the CDK CLI, judges them with the CDK's
validator, the policy packs AwsSolutions and NIST 800-53 R5, and cfn-lint where it is installed, and
prints what would be deployed. Needs no credentials and no network.

  --json               the same as JSON on standard output
  --output DIRECTORY   where the assembly goes (default: cdk.out)
  -c, --context K=V    passed on to the CDK: environments, account, imageTag, bakeMinutes, policyChecks

Exit codes: 0 no finding, 1 a finding or a wrong configuration, 64 called wrongly.
Examples:
  npm run synth
  npm run synth -- production
  npm run synth -- staging production --json > synth.json`;

const root = join(__dirname, '..');

const parse = (args: string[]) =>
  parseCommand({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      output: { type: 'string', default: join(root, 'cdk.out') },
      context: { type: 'string', short: 'c', multiple: true, default: [] },
    },
  });

function contextOf(pairs: readonly string[], names: readonly string[]): Record<string, string> {
  const context = parsePairs('context', pairs);
  if (names.length === 0) return context;
  const unknown = names.filter((name) => !everyName.some((known) => known === name));
  if (unknown.length > 0)
    throw new UsageError(`unknown environment "${unknown.join('", "')}"; allowed: ${everyName.join(', ')}.`);
  if (context.environments !== undefined)
    throw new UsageError('environments are named twice, as arguments and by -c environments; use one of the two.');
  return { ...context, environments: names.join(',') };
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
  if (values.output === '') throw new UsageError('--output is empty; name a directory.');
  const context = contextOf(values.context, positionals);
  let environments: ReturnType<typeof environmentsFor>;
  let policyChecks: boolean;
  try {
    const parsed = parseContext(context);
    policyChecks = parsed.policyChecks;
    environments = environmentsFor(parsed);
    // composeApp() does the same; here it saves a CLI's start and a folder.
    validateConfiguration(environments, timings);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    console.error(error.message);
    return 1;
  }

  const code = await synthesise(values.output, context);
  if (code !== 0) return 1;
  const stacks = readAssembly(values.output, policyPacks);
  const lint = await lintTemplates(stacks.map(({ templateFile }) => templateFile));

  if (values.json) {
    const capacity = Object.fromEntries(environments.map((env) => [env.name, capacitySheet(env)]));
    console.log(JSON.stringify({ stacks, policyChecks, lint: lint ?? null, capacity, timings }, null, 2));
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
        policyChecks
          ? 'CDK validator and policy packs: no finding; the columns above count the acknowledged ones.'
          : 'CDK validator: no finding. The policy packs were left out (policyChecks=false).',
        ...lintLines(lint),
        ...placeholderLines(environments),
      ].join('\n'),
    );
  }
  return (lint?.findings.length ?? 0) > 0 ? 1 : 0;
}

void runCommand(help, main);
