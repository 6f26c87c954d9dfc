import { contract } from '../config/contract';
import type { Variable } from '../config/variable';

/** Rows that the contract says hold a credential. */
export const alwaysEncrypted: ReadonlySet<string> = new Set(
  Object.values<Variable>(contract).flatMap(({ row, rowEncrypted }) => (row && rowEncrypted ? [row] : [])),
);
