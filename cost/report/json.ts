import { assumptions, outside } from '../assumptions';
import type { Difference } from '../compare';
import type { Block } from '../estimate';
import type { Line } from '../line';
import type { Report } from './report';

/** For machines. `version` counts changes of this shape that break its readers; fields are only added without one. */
export const jsonReport = ({ head, base, blocks, differences, prices }: Report): object => ({
  version: 1,
  ...{ head, base: base ?? null, currency: prices.currency, pricesAsOf: prices.asOf, outside },
  blocks: blocks.map((block) => blockJson(block)),
  differences: differences?.map(differenceJson) ?? null,
});

const blockJson = ({ fixed, usage, assumed, environment, budgetUsd, ...rest }: Block) => ({
  ...rest,
  environment: environment ?? null,
  budgetUsd: budgetUsd ?? null,
  lines: [...fixed, ...usage].map(lineJson),
  assumptions: assumed.map((name) => {
    const { what, unit, why, ...values } = assumptions[name];
    return { name, what, value: values[environment ?? 'account'], unit, why };
  }),
});

const lineJson = ({ id, kind, label, count, amount, region, price, usd }: Line) => ({
  ...{ id, kind, label, count: count ?? null, amount, unit: price.unit, unitUsd: price.usd, usd, region },
  ...{ source: price.source, basis: price.basis },
});

const differenceJson = ({ name, before, after, changes, differenceUsd }: Difference) => ({
  ...{ name, beforeUsd: before?.totalUsd ?? null, afterUsd: after?.totalUsd ?? null, differenceUsd },
  changes: changes.map(({ before: one, after: other, differenceUsd: difference }) => ({
    ...{ before: one === undefined ? null : lineJson(one), after: other === undefined ? null : lineJson(other) },
    differenceUsd: difference,
  })),
});
