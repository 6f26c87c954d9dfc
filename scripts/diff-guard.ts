import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NotComparable } from '../diff-guard/assembly/not-comparable';
import { readAssembly } from '../diff-guard/assembly/read-assembly';
import { type Side, withSides } from '../diff-guard/base/sides';
import { compare } from '../diff-guard/compare/compare';
import { exceptionFailures } from '../diff-guard/exception';
import { exceptions } from '../diff-guard/exceptions';
import { judge, reviewLabel } from '../diff-guard/judge';
import { firstLine } from '../diff-guard/report/first-line';
import { jsonReport } from '../diff-guard/report/json';
import { markdownReport } from '../diff-guard/report/markdown';
import type { Report } from '../diff-guard/report/report';
import { textReport } from '../diff-guard/report/text';
import { parseCommand, runCommand, UsageError } from './command-line';

const help = `npm run diff-guard -- --base REF | DIRECTORY [option…]

Says what a change would do to each environment, and stops what would hurt. Compares the templates of the work tree with
those of a base, resource by resource, against a table of verdicts with a reason for each row. Needs no credentials.

  --base REF | DIRECTORY   a git ref, synthesised in a work tree of its own with its own dependencies and then cached;
                           or an assembly
  --head DIRECTORY         an assembly (default: the work tree as it is, synthesised)
  --format NAME            table (default), markdown for a comment on the pull request, json for machines
  --output FILE            writes the report there, and its first line to standard error
  --label NAME             a label of the pull request, any number of times; ${reviewLabel} lets amber pass
  --labels A,B             the same, as a workflow has them; may be empty

  red      something is lost, opened or cannot be deployed; only diff-guard/exceptions.ts lets it pass
  amber    needs somebody's eyes: the label ${reviewLabel}
  green    the rest

Exit codes: 0 green or acknowledged, 1 red, 2 amber without the label, 64 called wrongly, 70 could not compare.
Examples
  npm run diff-guard -- --base main
  npm run --silent diff-guard -- --base origin/main --format markdown --label ${reviewLabel} > comment.md
  npm run diff-guard -- --base deployed.out --head cdk.out`;

const couldNotCompare = 70;
const formats = ['table', 'markdown', 'json'] as const;
const root = join(__dirname, '..');

const parse = (args: string[]) =>
  parseCommand({
    args,
    options: {
      base: { type: 'string' },
      head: { type: 'string' },
      format: { type: 'string', default: 'table' },
      label: { type: 'string', multiple: true, default: [] },
      labels: { type: 'string', default: '' },
      output: { type: 'string' },
    },
  }).values;

async function main(args: string[]): Promise<number> {
  const options = parse(args);
  if (!options.base)
    throw new UsageError('--base is missing: name a git ref such as main, or the folder of an assembly.');
  const format = formats.find((name) => name === options.format);
  if (format === undefined)
    throw new UsageError(`--format: unknown format "${options.format}"; allowed: ${formats.join(', ')}.`);
  const labels = [...options.label, ...options.labels.split(',').filter((label) => label !== '')];
  const today = new Date().toISOString().slice(0, 10);
  const failures = exceptionFailures(exceptions, today);
  if (failures.length > 0) throw new UsageError(failures.join('\n'));

  const cacheFolder = join(root, 'node_modules', '.cache', 'mr-mentor-infra', 'diff-guard');
  const tell = (line: string) => console.error(line);
  try {
    const report = await withSides({ root, base: options.base, head: options.head, cacheFolder, tell }, (base, head) =>
      reportOf(base, head, { exceptions, labels, today }),
    );
    const text = { table: textReport, markdown: markdownReport, json: inJson }[format](report);
    if (options.output === undefined) console.log(text);
    else {
      writeFileSync(options.output, `${text}\n`);
      tell(firstLine(report));
    }
    return report.judgement.exitCode;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    // A comparison that broke off must never look like one that found nothing, nor like one that found something.
    console.error(`Could not compare: ${error instanceof NotComparable ? error.message : (error as Error).stack}`);
    return couldNotCompare;
  }
}

function reportOf(base: Side, head: Side, options: Parameters<typeof judge>[1]): Report {
  const [before, after] = [readAssembly(base.assembly), readAssembly(head.assembly)];
  const all = [...after, ...before];
  return {
    base: base.name,
    head: head.name,
    places: [...new Set(all.map(({ environment, path }) => environment ?? path))],
    stacks: after.length,
    judgement: judge(compare(before, after), options),
  };
}

const inJson = (report: Report): string => JSON.stringify(jsonReport(report), null, 2);

void runCommand(help, main);
