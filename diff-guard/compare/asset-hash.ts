import { canonical } from './json-value';

/** What the CDK names assets after: SHA-256 of their content, which any edit of a file changes. */
const hash = /\b[0-9a-f]{64}\b/g;

/** Whether two values differ in nothing but the hashes of assets. */
export const onlyHashesDiffer = (before: unknown, after: unknown): boolean => {
  const [one, other] = [canonical(before), canonical(after)];
  return one !== other && one.replace(hash, '') === other.replace(hash, '');
};
