import { contract } from '../../app-image/src/config/contract';
import type { Variable } from '../../app-image/src/config/variable';
import type { EnvironmentName } from '../../lib/config/environment';
import { environments } from '../../lib/config/environments';
import { generateSecret, neededSecrets } from '../../lib/config/generated-secrets';
import { type DocumentDiff, diffDocuments, isBlank, type SecretDocument } from './document';
import { type Finding, findingsOf, quotedKey } from './findings';

const variables: Readonly<Record<string, Variable>> = contract;

/** What a secret is to become. */
export interface Change {
  readonly environment: EnvironmentName;
  readonly before: SecretDocument;
  readonly after: SecretDocument;
}

/** Given keys over those that stand there; a key that is empty is removed. */
export function merged(before: SecretDocument, given: SecretDocument): SecretDocument {
  const kept = Object.entries({ ...before, ...given }).filter(([key, value]) => !(key in given && isBlank(value)));
  return Object.fromEntries(kept);
}

export function without(before: SecretDocument, keys: readonly string[]): SecretDocument {
  return Object.fromEntries(Object.entries(before).filter(([key]) => !keys.includes(key)));
}

export interface Generated {
  readonly after: SecretDocument;
  /** Asked for, and there already. */
  readonly kept: readonly string[];
  /** Needed, and nobody can make it up. */
  readonly toBeStated: readonly string[];
}

/**
 * Random values for keys that are nobody's to issue: those that are asked for, or else all that the environment needs.
 * What is there stays.
 * @throws for a key that somebody issues
 */
export function generated(
  environment: EnvironmentName,
  before: SecretDocument,
  asked: readonly string[] = [],
): Generated {
  const needed = neededSecrets({ ...environments[environment].settings, ...statedTexts(before) });
  const wanted = asked.length > 0 ? asked : needed.filter((key) => variables[key]?.ownKey);
  const made = wanted.map((key) => {
    const variable = variables[key];
    if (variable?.ownKey === undefined) throw new Error(`${quotedKey(key)}: ${whyNotGenerated(variable)}`);
    return [key, variable] as const;
  });
  const isThere = ([key]: readonly [string, Variable]) => !isBlank(before[key] ?? null);
  const values = made
    .filter((each) => !isThere(each))
    .map(([key, variable]) => [key, generateSecret(key, variable)] as const);
  const after = { ...before, ...Object.fromEntries(values) };
  return {
    after,
    kept: made.filter(isThere).map(([key]) => key),
    toBeStated: needed.filter((key) => isBlank(after[key] ?? null)),
  };
}

const whyNotGenerated = (variable: Variable | undefined): string => {
  const own = Object.keys(variables).filter((key) => variables[key]?.ownKey);
  const reason =
    variable === undefined ? 'not in the contract' : 'somebody issues it, so that no random value is right';
  return `${reason}; state it with "secrets set". Those that can be made: ${own.join(', ')}.`;
};

const statedTexts = (document: SecretDocument): Record<string, string> =>
  Object.fromEntries(
    Object.entries(document).flatMap(([key, value]) => (isBlank(value) ? [] : [[key, String(value)]])),
  );

/**
 * Keys of another environment. Without names: all that it has, that may be the same, and that are not here.
 * @throws for one that must differ, or is not there
 */
export function copied(from: SecretDocument, to: SecretDocument, keys: readonly string[]): SecretDocument {
  const mayBeTheSame = (key: string) => variables[key] !== undefined && variables[key]?.ownKey === undefined;
  for (const key of keys) {
    if (isBlank(from[key] ?? null)) throw new Error(`${quotedKey(key)}: is not there to be copied.`);
    if (!mayBeTheSame(key))
      throw new Error(`${quotedKey(key)}: must not be the same in two environments; use "secrets generate" there.`);
  }
  const all = Object.keys(from).filter((key) => mayBeTheSame(key) && !isBlank(from[key]) && isBlank(to[key] ?? null));
  return { ...to, ...Object.fromEntries((keys.length > 0 ? keys : all).map((key) => [key, from[key]])) };
}

export interface Assessment {
  readonly diff: DocumentDiff;
  /** Why it must not be done. */
  readonly objections: readonly string[];
  /** What it breaks, and is done all the same. */
  readonly consequences: readonly string[];
  /** Of the secret as it will be. */
  readonly findings: readonly Finding[];
}

/** A secret is filled key by key, so what is missing keeps nobody from writing; what is written has to be right. */
export function assess({ environment, before, after }: Change, { willReencrypt = false } = {}): Assessment {
  const diff = diffDocuments(before, after);
  const findings = findingsOf({ environment, document: after });
  const written = new Set([...diff.added, ...diff.changed]);
  const wrong = findings.filter(({ key, kind, severity }) => {
    if (!written.has(key)) return false;
    return severity === 'error' ? kind !== 'empty' : kind === 'unknown';
  });
  const lost = [...diff.changed, ...diff.removed].filter((key) => !isBlank(before[key]));
  const loadBearing = lost.filter((key) => variables[key]?.ownKey === 'load-bearing');
  return {
    diff,
    findings,
    objections: [
      ...wrong.map(({ key, message }) => `${quotedKey(key)}: ${message}.`),
      ...(willReencrypt ? [] : loadBearing).map(
        (key) =>
          `${key}: what is stored depends on it. A new value breaks: ${variables[key]?.rotationBreaks}. State --i-will-reencrypt if that is taken care of.`,
      ),
    ],
    consequences: lost.flatMap((key) => {
      const breaks = variables[key]?.rotationBreaks;
      return breaks === undefined ? [] : [`${key} breaks: ${breaks}.`];
    }),
  };
}
