import type { Difference } from '../compare';
import type { Block } from '../estimate';
import type { PriceList } from '../price-list';

export interface Report {
  /** As it was named, with the commit that it is. */
  readonly head: string;
  readonly base: string | undefined;
  readonly blocks: readonly Block[];
  /** @default - nothing was to be compared */
  readonly differences: readonly Difference[] | undefined;
  readonly prices: PriceList;
}
