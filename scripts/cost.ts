import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareEstimates } from '../cost/compare';
import { type Block, estimate } from '../cost/estimate';
import { NotEstimable } from '../cost/not-estimable';
import { priceList } from '../cost/price-list';
import { jsonReport } from '../cost/report/json';
import { markdownReport } from '../cost/report/markdown';
import type { Report } from '../cost/report/report';
import { textReport } from '../cost/report/text';
import { NotComparable } from '../diff-guard/assembly/not-comparable';
import { readAssembly } from '../diff-guard/assembly/read-assembly';
import { type Side, withHead, withSides } from '../diff-guard/base/sides';
import { everyName } from '../lib/config/context';
import { parseCommand, runCommand, UsageError } from './command-line';

const help = `npm run cost -- [environment…] [option…]

Estimates what a month of each environment costs (default: all), line by line, from the templates: what is fixed apart
from what depends on use, with the assumptions about it, against the budget. Needs no credentials.

  --base REF | DIRECTORY   what a change costs: the lines that differ from those of a git ref or an assembly
  --head DIRECTORY         an assembly (default: the work tree as it is, synthesised)
  --format NAME            table (default), markdown for a comment on the pull request, json for machines
  --output FILE            writes the report there
  --append                 to what the file holds already

Prices are in cost/prices.json, with their day and source; assumptions in cost/assumptions.ts. What has no price is
listed, never counted as nothing.

Exit codes: 0 done, 64 called wrongly, 70 could not estimate.
Examples
  npm run cost -- production
  npm run cost -- --base main
  npm run --silent cost -- staging --format json > staging.json`;

const couldNotEstimate = 70;
const formats = ['table', 'markdown', 'json'] as const;
const root = join(__dirname, '..');

const parse = (args: string[]) =>
  parseCommand({
    args,
    allowPositionals: true,
    options: {
      base: { type: 'string' },
      head: { type: 'string' },
      format: { type: 'string', default: 'table' },
      output: { type: 'string' },
      append: { type: 'boolean', default: false },
    },
  });

async function main(args: string[]): Promise<number> {
  const { values: options, positionals: names } = parse(args);
  const unknown = names.filter((name) => !everyName.some((known) => known === name));
  if (unknown.length > 0)
    throw new UsageError(`unknown environment "${unknown.join('", "')}"; allowed: ${everyName.join(', ')}.`);
  const format = formats.find((name) => name === options.format);
  if (format === undefined)
    throw new UsageError(`--format: unknown format "${options.format}"; allowed: ${formats.join(', ')}.`);
  if (options.append && options.output === undefined)
    throw new UsageError('--append without --output: name the file to append to.');

  const { base, head, output } = options;
  // That of diff-guard, which a workflow runs before: a base is synthesised once.
  const cacheFolder = join(root, 'node_modules', '.cache', 'mr-mentor-infra', 'diff-guard');
  const sides = { root, head, cacheFolder, tell: (line: string) => console.error(line) };
  try {
    const report = await (base === undefined
      ? withHead(sides, (side) => reportOf(side, undefined, names))
      : withSides({ ...sides, base }, (before, after) => reportOf(after, before, names)));
    const text = { table: textReport, markdown: markdownReport, json: inJson }[format](report);
    if (output === undefined) console.log(text);
    else if (options.append) appendFileSync(output, `\n${text}\n`);
    else writeFileSync(output, `${text}\n`);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    // Half an estimate must never look like a small one.
    const known = error instanceof NotComparable || error instanceof NotEstimable;
    console.error(`Could not estimate: ${known ? error.message : (error as Error).stack}`);
    return couldNotEstimate;
  }
}

function reportOf(head: Side, base: Side | undefined, names: readonly string[]): Report {
  const blocks = blocksOf(head, names);
  const before = base === undefined ? undefined : blocksOf(base, names);
  // Both at the prices and assumptions of here: otherwise a corrected price would look like a saving.
  const differences = before === undefined ? undefined : compareEstimates(before, blocks);
  return { head: head.name, base: base?.name, blocks, differences, prices: priceList };
}

/** The environments that were asked for, and what their accounts have once. */
function blocksOf(side: Side, names: readonly string[]): Block[] {
  const all = estimate(readAssembly(side.assembly), priceList);
  if (names.length === 0) return all;
  const chosen = all.filter(({ name }) => names.includes(name));
  const missing = names.filter((name) => !chosen.some((block) => block.name === name));
  if (missing.length > 0)
    throw new UsageError(
      `${side.name} has no environment "${missing.join('", "')}"; it has ${all.map(({ name }) => name).join(', ')}.`,
    );
  const accounts = chosen.map(({ account }) => account);
  return all.filter((block) => chosen.includes(block) || (!block.environment && accounts.includes(block.account)));
}

const inJson = (report: Report): string => JSON.stringify(jsonReport(report), null, 2);

void runCommand(help, main);
