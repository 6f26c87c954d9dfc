import type { GuardedStack } from '../diff-guard/assembly/guarded-stack';
import type { EnvironmentName } from '../lib/config/environment';
import { environments } from '../lib/config/environments';
import type { AssumptionName } from './assumptions';
import { type Estate, estateOf, numberIn, within } from './estate';
import { freeReason } from './free';
import { type Finding, type Free, type Gap, inCents, type Line, type Part, sumOf } from './line';
import { NotEstimable } from './not-estimable';
import { type PriceList, priceOf } from './price-list';
import { pricedTypes, pricings } from './pricing/pricings';

/** An environment, or what is there once for each account. */
export interface Block {
  /** `production`, `delivery-000000000001` */
  readonly name: string;
  readonly environment: EnvironmentName | undefined;
  readonly account: string;
  readonly region: string;
  /** The dearest first. */
  readonly fixed: readonly Line[];
  readonly usage: readonly Line[];
  readonly fixedUsd: number;
  readonly usageUsd: number;
  readonly totalUsd: number;
  /** That of the budget in the templates. */
  readonly budgetUsd: number | undefined;
  readonly gaps: readonly Gap[];
  readonly free: readonly Free[];
  readonly assumed: readonly AssumptionName[];
}

/** A month of everything that the stacks deploy, in the order of lib/config/environments.ts, then account by account. */
export function estimate(stacks: readonly GuardedStack[], prices: PriceList): Block[] {
  const names = [...Object.keys(environments), ...new Set(stacks.map(nameOf))];
  return [...new Set(names)].flatMap((name) => {
    const own = stacks.filter((stack) => nameOf(stack) === name);
    return own.length === 0 ? [] : [blockOf(name, own, prices)];
  });
}

const nameOf = ({ environment, path }: GuardedStack): string => environment ?? path.split('/')[0] ?? path;
const isEnvironment = (name: string): name is EnvironmentName => name in environments;

function blockOf(name: string, stacks: readonly GuardedStack[], prices: PriceList): Block {
  const environment = isEnvironment(name) ? name : undefined;
  if (environment === undefined && stacks.some((stack) => stack.environment !== undefined))
    throw new NotEstimable(
      `${name} has no column in cost/assumptions.ts, which has ${Object.keys(environments).join(', ')}: add one.`,
    );
  const estate = estateOf(environment ?? 'account', stacks);
  const findings = [...pricings.flatMap((pricing) => pricing.findings(estate)), ...byType(estate)];
  const region = mainRegion(stacks);
  const parts = merged(findings.filter((finding): finding is Part => 'amount' in finding));
  const lines = parts.flatMap((part) => lineOf(part, region, prices) ?? []);
  const of = (kind: Line['kind']) =>
    lines.filter((line) => line.kind === kind).sort((a, b) => b.usd - a.usd || a.label.localeCompare(b.label));
  const [fixed, usage] = [of('fixed'), of('usage')];
  return {
    ...{ name, environment, account: stacks[0]?.account ?? '', region, fixed, usage },
    fixedUsd: sumOf(fixed),
    usageUsd: sumOf(usage),
    totalUsd: sumOf(lines),
    budgetUsd: numberIn(within(estate.of('AWS::Budgets::Budget')[0]?.properties, 'Budget', 'BudgetLimit', 'Amount')),
    gaps: [
      ...findings.filter((finding): finding is Gap => 'gap' in finding),
      ...parts.filter((part) => priceOf(prices, part.region, part.price) === undefined).map(priceless),
    ],
    free: findings.filter((finding): finding is Free => 'free' in finding),
    assumed: [...estate.used],
  };
}

/** What nobody prices: free for a reason, or a gap. */
function byType(estate: Estate): Finding[] {
  const counts = new Map<string, number>();
  for (const { type } of estate.of()) if (!pricedTypes.has(type)) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts].map(([type, count]) => {
    const why = freeReason(type);
    return why === undefined
      ? {
          ...{ gap: type, count, why: 'nobody has said what it costs, or that it costs nothing' },
          remedy: 'price it in cost/pricing/, or give the reason in cost/free.ts',
        }
      : { free: type, why, count };
  });
}

const priceless = ({ what, of, region, price }: Part): Gap => ({
  gap: of === undefined ? what : `${what}: ${of}`,
  why: `cost/prices.json has no price "${price}" for ${region}`,
  remedy: 'add it there, with its unit and source',
});

/** The same thing in several stacks, or several of one thing, is one line. */
function merged(parts: readonly Part[]): Part[] {
  const byKey = new Map<string, Part>();
  for (const part of parts) {
    const key = [part.id, part.kind, part.what, part.of, part.region, part.price].join('|');
    const before = byKey.get(key);
    const count = part.count === undefined ? undefined : (before?.count ?? 0) + part.count;
    byKey.set(key, { ...part, count, amount: (before?.amount ?? 0) + part.amount });
  }
  return [...byKey.values()];
}

function lineOf({ price: key, ...part }: Part, region: string, prices: PriceList): Line | undefined {
  const price = priceOf(prices, part.region, key);
  if (price === undefined) return undefined;
  const name =
    part.count === undefined
      ? part.of && !part.what.includes(part.of)
        ? `${part.what} (${part.of})`
        : part.what
      : `${part.what}: ${part.count}${part.of === undefined ? '' : ` × ${part.of}`}`;
  const label = part.region === region || part.region === 'everywhere' ? name : `${name}, in ${part.region}`;
  return { ...part, label, price, usd: inCents(part.amount * price.usd) };
}

/** Where most of it is. */
function mainRegion(stacks: readonly GuardedStack[]): string {
  const regions = stacks.map(({ region }) => region);
  const count = (region: string) => regions.filter((each) => each === region).length;
  return [...regions].sort((a, b) => count(b) - count(a))[0] ?? '';
}
