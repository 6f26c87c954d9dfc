import { isObject } from '../compare/json-value';
import { isReference, isSecretName, suspicionsIn } from '../rules/secret-patterns';

const mask = '(masked)';
/** A line of a report; what is longer is in the templates. */
const longest = 160;

/** A value as a report may show it: never one that stands under a secret's name, or looks like a secret. */
export function masked(path: string, value: unknown): string {
  if (value === undefined) return 'none';
  const underSecretName = path.split('.').some(isSecretName) && !(isObject(value) && isReference(value));
  if (underSecretName || suspicionsIn({ value }).length > 0) return mask;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const line = text.replace(/\s+/g, ' ');
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}
