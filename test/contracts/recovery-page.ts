import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  isGivenUp,
  type losses,
  type Means,
  type Objective,
  type recoveryObjectives,
  stores,
} from '../../lib/config/recovery';

export const page = readFileSync(join(__dirname, '..', '..', 'docs', 'recovery.md'), 'utf8');

const words = {
  mistake: 'a mistake',
  zone: 'a zone',
  snapshots: 'RDS with all its backups',
  region: 'the region',
} as const satisfies Readonly<Record<keyof typeof losses, string>>;

function time(minutes: number): string {
  if (minutes === 0) return 'none';
  return minutes < 60 ? `${minutes} min` : `${minutes / 60} h`;
}

function named(means: Means): string {
  if ('days' in means) return `${means.kind} (${means.days} days)`;
  return 'minutes' in means ? `${means.kind} (${means.minutes} min)` : means.kind;
}

const met = ({ rpoMinutes, rtoMinutes, by }: Objective) => [
  time(rpoMinutes),
  time(rtoMinutes),
  by.map(named).join('; '),
];

/** The rows of the table of objectives. */
export const objectiveRows = (objectives: ReturnType<typeof recoveryObjectives>): string[] =>
  objectives.map((each) => {
    const rest = isGivenUp(each) ? ['all', '–', each.givenUp] : met(each);
    return `| ${[stores[each.store], words[each.loss], ...rest].join(' | ')} |`;
  });

/** What stands under a heading, its subheadings included. */
export function section(heading: string): string {
  const [, level = ''] = /^(#+) /.exec(heading) ?? [];
  const from = page.indexOf(`\n${heading}\n`);
  if (from < 0) throw new Error(`docs/recovery.md has no "${heading}".`);
  const below = page.slice(from + heading.length + 2);
  const next = below.search(new RegExp(`^#{1,${level.length}} `, 'm'));
  return next < 0 ? below : below.slice(0, next);
}

/** The lines that are marked as tried, by their name. */
export const triedLines = (): ReadonlyMap<string, string> =>
  new Map(
    [...page.matchAll(/^ *<!-- tried: ([\w-]+) -->\n\n((?: {7}.*\n|\n)+)/gm)].map(([, name = '', lines = '']) => [
      name,
      lines.replace(/^ {7}/gm, ''),
    ]),
  );
