import type { Price } from './price-list';

/** `fixed`: paid as soon as it is there. `usage`: by what it is used for, as assumed. */
export type Kind = 'fixed' | 'usage';

/** What something of the templates uses up in a month, before its price is known. */
export interface Part {
  /** The same for what takes its place, so that a comparison shows one line with two values: `database`. */
  readonly id: string;
  readonly kind: Kind;
  /** In words of people who have never seen AWS: `Hosts` */
  readonly what: string;
  /** What tells it from others of its id: `m6i.xlarge` */
  readonly of?: string;
  readonly count?: number;
  /** A month's amount, in the unit of the price. */
  readonly amount: number;
  readonly region: string;
  /** A key of the price list. */
  readonly price: string;
}

/** Something that costs or may cost, and of which nobody has said how much. Never zero by silence. */
export interface Gap {
  readonly gap: string;
  readonly why: string;
  readonly remedy: string;
  readonly count?: number;
}

/** Something that costs nothing by itself, and why. */
export interface Free {
  readonly free: string;
  readonly why: string;
  readonly count?: number;
}

export type Finding = Part | Gap | Free;

/** A part with its price: a line of the estimate. */
export interface Line extends Omit<Part, 'price'> {
  readonly label: string;
  readonly price: Price;
  /** US dollars a month, whole cents, so that the printed lines add up to the printed sums. */
  readonly usd: number;
}

export const inCents = (usd: number): number => Math.round(usd * 100) / 100;
export const sumOf = (lines: readonly { readonly usd: number }[]): number =>
  inCents(lines.reduce((sum, { usd }) => sum + usd, 0));
