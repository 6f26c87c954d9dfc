import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Something that the validator or a policy pack found, and nobody has acknowledged. */
export interface Finding {
  readonly rule: string;
  readonly description: string;
  readonly constructs: readonly string[];
}

interface Report {
  readonly pluginReports?: readonly {
    readonly violations?: readonly {
      readonly ruleName: string;
      readonly description: string;
      readonly violatingConstructs?: readonly { readonly constructPath?: string }[];
    }[];
  }[];
}

/**
 * The findings of a synth, stages included: the CDK CLI shows and counts those of the app's own stacks only.
 *
 * @param directory of the assembly
 * @throws Error when there is no report: then nothing was judged.
 */
export function readFindings(directory: string): Finding[] {
  const file = join(directory, 'validation-report.json');
  if (!existsSync(file)) throw new Error(`${file} is missing: neither validator nor policy packs ran.`);
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  return (report.pluginReports ?? [])
    .flatMap(({ violations = [] }) => violations)
    .map(({ ruleName, description, violatingConstructs = [] }) => ({
      rule: ruleName,
      description,
      constructs: violatingConstructs.map(({ constructPath }) => constructPath ?? '(unknown construct)'),
    }));
}

/** One line for each rule, and one for each construct that it is about. */
export const findingLines = (findings: readonly Finding[]): string[] =>
  findings.flatMap(({ rule, description, constructs }) => [
    `${rule}: ${description}`,
    ...constructs.map((path) => `   ${path}`),
  ]);
