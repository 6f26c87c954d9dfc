/** The JSON object of an environment's secret: names of variables and texts. Other values are kept as they stand. */
export type SecretDocument = Readonly<Record<string, unknown>>;

/** Of a secret's value, in bytes. https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
export const largestSecret = 65_536;

/** @throws without the text, which V8's message would quote */
export function parseDocument(text: string, what: string): SecretDocument {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new Error(`${what} is no valid JSON; it must be one JSON object of names and texts.`);
  }
  if (typeof document === 'object' && document !== null && !Array.isArray(document)) return document as SecretDocument;
  throw new Error(`${what} is no JSON object; it must be one JSON object of names and texts.`);
}

/**
 * With a line a key, as people read it in the console.
 * @throws where Secrets Manager would refuse it
 */
export function serialise(document: SecretDocument): string {
  const text = JSON.stringify(document, null, 2);
  const bytes = Buffer.byteLength(text);
  if (bytes <= largestSecret) return text;
  const [longest] = Object.entries(document)
    .map(([name, value]) => ({ name, bytes: Buffer.byteLength(String(value)) }))
    .sort((a, b) => b.bytes - a.bytes);
  throw new Error(
    `The secret would have ${bytes} bytes, and Secrets Manager takes ${largestSecret} at most. The longest key is ${longest?.name} with ${longest?.bytes}; shorten or remove something.`,
  );
}

export const isBlank = (value: unknown): boolean => value === null || String(value).trim() === '';

/** Keys with another value, in the order of the contract's reader: alphabetical. */
export interface DocumentDiff {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

export function diffDocuments(before: SecretDocument, after: SecretDocument): DocumentDiff {
  const names = (of: SecretDocument, holds: (name: string) => boolean) => Object.keys(of).filter(holds).sort();
  const has = (of: SecretDocument, name: string) => Object.hasOwn(of, name);
  const same = (name: string) => JSON.stringify(before[name]) === JSON.stringify(after[name]);
  return {
    added: names(after, (name) => !has(before, name)),
    changed: names(after, (name) => has(before, name) && !same(name)),
    removed: names(before, (name) => !has(after, name)),
  };
}

export const isEmptyDiff = ({ added, changed, removed }: DocumentDiff): boolean =>
  added.length + changed.length + removed.length === 0;
