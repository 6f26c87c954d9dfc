import type { KeyAndValue } from './property-values';

/** Attributes of a load balancer or a target group by key. */
export const attributesOf = (list: readonly KeyAndValue[] = []): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(list.map(({ Key = '', Value }) => [Key, Value]));
