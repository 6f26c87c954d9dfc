import { nearestName } from './nearest-name';
import type { Variable } from './variable';

export interface SecretDocument {
  readonly texts: ReadonlyMap<string, string>;
  /** By variable; what is wrong with the document itself stands under SECRETS_JSON. */
  readonly problems: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
}

const remedy = 'the secret must be one JSON object of names and texts';

function parseDocument(json: string): Readonly<Record<string, unknown>> | string {
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch {
    // Without the reason: V8's message quotes the document.
    return `is no valid JSON; ${remedy}`;
  }
  return typeof document === 'object' && document !== null && !Array.isArray(document)
    ? (document as Record<string, unknown>)
    : `is no JSON object; ${remedy}`;
}

/** A key may be a value that was pasted into the wrong field. */
const quoted = (key: string) => (/^[A-Za-z_]\w{0,63}$/.test(key) ? key : 'a key that is no variable name');

function unknownKey(key: string, names: readonly string[]): string {
  const nearest = nearestName(key, names);
  const remedy = nearest ? `did you mean ${nearest}?` : 'remove it, or add it to the contract';
  return `SECRETS_JSON: ${quoted(key)} is unknown; ${remedy}`;
}

/** The JSON secret that ECS injects whole, so that a key which is optional may be absent. */
export function readSecretDocument(
  json: string | undefined,
  variables: Readonly<Record<string, Variable>>,
): SecretDocument {
  const texts = new Map<string, string>();
  const problems = new Map<string, string>();
  const warnings: string[] = [];
  if (!json?.trim()) return { texts, problems, warnings };

  const document = parseDocument(json);
  if (typeof document === 'string') return { texts, problems: new Map([['SECRETS_JSON', document]]), warnings };

  const known = new Map(Object.entries(variables));
  const allowed = [...known].filter(([, { source }]) => source === 'secret' || source === 'environment');
  for (const [key, value] of Object.entries(document)) {
    const variable = known.get(key);
    if (!variable) {
      // A warning only: a rollback runs an older contract on a newer secret.
      const names = allowed.map(([name]) => name);
      warnings.push(unknownKey(key, names));
    } else if (variable.source === 'infrastructure' || variable.source === 'platform') {
      problems.set(key, `is set by the ${variable.source}; remove it from the secret`);
    } else if (variable.source === 'local') {
      problems.set(key, 'exists on a laptop only; remove it from the secret');
    } else if (typeof value === 'object' && value !== null) {
      problems.set(key, 'must be a text in the secret, not an object or a list; write JSON as one text');
    } else if (value !== null) {
      texts.set(key, String(value));
    }
  }
  return { texts, problems, warnings };
}
