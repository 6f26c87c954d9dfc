import { type AssumptionName, assumptions, outside } from '../assumptions';
import type { Block } from '../estimate';
import type { Line } from '../line';
import type { PriceList } from '../price-list';

const grouped = (digits: number) =>
  new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
const plain = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 });
const whole = grouped(0);
const cents = grouped(2);

export const money = (usd: number): string => cents.format(usd);
/** Of a line: what is less than half a cent is not nothing, unless nothing is used. */
export const lineMoney = ({ usd, amount }: Pick<Line, 'usd' | 'amount'>): string =>
  usd === 0 && amount > 0 ? '< 0.01' : money(usd);
export const signed = (usd: number): string => (usd > 0 ? `+${money(usd)}` : usd < 0 ? `−${money(-usd)}` : money(0));
export const quantity = (amount: number): string => (amount >= 1000 ? whole.format(amount) : plain.format(amount));
export const unitPrice = (usd: number): string => (usd >= 0.0001 ? String(usd) : usd.toFixed(10).replace(/0+$/, ''));

const plural = (count: number, one: string, more: string) => `${count} ${count === 1 ? one : more}`;

/** Whether the budget holds it, and by how much. */
export function budgetSentence({ totalUsd, budgetUsd, gaps }: Block): string {
  const low = gaps.length > 0 ? ` That is too low: ${plural(gaps.length, 'thing is', 'things are')} not priced.` : '';
  if (budgetUsd === undefined) return `It has no budget of its own.${low}`;
  const left = budgetUsd - totalUsd;
  const share = `${Math.round((100 * Math.abs(left)) / budgetUsd)} %`;
  return left >= 0
    ? `The budget of ${whole.format(budgetUsd)} holds it: ${money(left)} (${share}) are left.${low}`
    : `It EXCEEDS the budget of ${whole.format(budgetUsd)} by ${money(-left)} (${share}).${low}`;
}

export const title = ({ name, environment, region, totalUsd }: Block): string =>
  `${environment === undefined ? `${name}, once for this account` : name} (${region}): US$ ${money(totalUsd)} a month`;

export const assumptionRow = (block: Block, name: AssumptionName): readonly [string, string, string, string] => {
  const { what, unit, why, ...values } = assumptions[name];
  return [what, quantity(values[block.environment ?? 'account'] ?? 0), unit, why];
};

/** Which prices they are, and how sure. */
export function priceSentence(blocks: readonly Block[], { asOf }: PriceList): string {
  const lines = blocks.flatMap(({ fixed, usage }) => [...fixed, ...usage]);
  const used = new Map(
    lines.map(({ price, region }) => [`${price.source} ${price.usd} ${price.unit} ${region}`, price]),
  );
  const unsure = [...used.values()].filter(({ basis }) => basis !== 'published').length;
  return `Prices: on-demand list prices of AWS of ${asOf} in US dollars (cost/prices.json); ${unsure} of the ${used.size} used here are derived or recalled, not looked up. A month has 730 hours.`;
}

export const outsideSentence = `Not in it: ${outside.join('; ')}.`;
