import list from './prices.json';

/** A dated price of AWS, with where it can be looked up. */
export interface Price {
  readonly usd: number;
  /** Of what: `hour`, `GB-month`, `million requests`. */
  readonly unit: string;
  /** Of `sources`. */
  readonly source: string;
  /** Of `bases`: how it came to be known. */
  readonly basis: string;
}

export interface PriceList {
  /** The day that the prices were true, as far as is known. */
  readonly asOf: string;
  readonly currency: string;
  readonly sources: Readonly<Record<string, string>>;
  readonly bases: Readonly<Record<string, string>>;
  /** By region and key. */
  readonly prices: Readonly<Record<string, Readonly<Record<string, Price>>>>;
}

export const priceList: PriceList = list;

/**
 * @param region `everywhere` for a service that has none
 * @returns undefined for a price that nobody has stated, which is never zero
 */
export const priceOf = ({ prices }: PriceList, region: string, key: string): Price | undefined =>
  prices[region]?.[key] ?? prices.everywhere?.[key];
