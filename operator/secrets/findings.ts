import { contract, features } from '../../app-image/src/config/contract';
import { examine } from '../../app-image/src/config/examine';
import { nearestName } from '../../app-image/src/config/nearest-name';
import { parseValue } from '../../app-image/src/config/parse';
import { suspicion } from '../../app-image/src/config/suspicious-value';
import type { Variable } from '../../app-image/src/config/variable';
import type { EnvironmentName } from '../../lib/config/environment';
import { environments } from '../../lib/config/environments';
import { isBlank, type SecretDocument } from './document';

export const findingKinds = [
  'missing',
  'empty',
  'unknown',
  'deprecated',
  'misplaced',
  'malformed',
  'placeholder',
  'shared',
  'refused',
] as const;
export type FindingKind = (typeof findingKinds)[number];

/** Something about a key. Never with a value in it. */
export interface Finding {
  readonly key: string;
  readonly kind: FindingKind;
  /** `error`: the container does not start with it, or two environments hold the same key. */
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

export interface CheckedSecret {
  readonly environment: EnvironmentName;
  readonly document: SecretDocument;
  /** Secrets of other environments, to compare with. */
  readonly others?: Readonly<Partial<Record<EnvironmentName, SecretDocument>>>;
}

const variables: Readonly<Record<string, Variable>> = contract;
const inSecret = ({ source }: Variable) => source === 'secret' || source === 'environment';

/** A key may be a value that was pasted into the wrong field. */
export const quotedKey = (key: string): string =>
  /^[A-Za-z_]\w{0,63}$/.test(key) ? key : '(a key that is no variable name)';

/** All there is to say of a secret, as the container would when it starts, and some more. */
export function findingsOf({ environment, document, others = {} }: CheckedSecret): Finding[] {
  const problems = containerProblems(environment, document);
  const stated = Object.entries(document).flatMap(([key, value]) => findingOf(key, value, problems.get(key)) ?? []);
  const missing = Array.from(problems).flatMap(([key, message]): Finding[] =>
    Object.hasOwn(document, key) ? [] : [{ key, kind: 'missing', severity: 'error', message }],
  );
  return [...missing, ...stated, ...sharedKeys(document, others)].sort(
    (a, b) => findingKinds.indexOf(a.kind) - findingKinds.indexOf(b.kind) || a.key.localeCompare(b.key),
  );
}

/** By key of the secret; those of variables that come from elsewhere are none of the secret's. */
function containerProblems(environment: EnvironmentName, document: SecretDocument): ReadonlyMap<string, string> {
  const source = {
    ...environments[environment].settings,
    ...{ APP_ENV: environment, ECS_CONTAINER_METADATA_URI_V4: 'http://169.254.170.2/v4' },
    SECRETS_JSON: JSON.stringify(document),
  };
  const { problems } = examine({ variables: contract, features }, source);
  return new Map(
    Array.from(problems).filter(([key]) => {
      const variable = variables[key];
      return Object.hasOwn(document, key) || (variable !== undefined && inSecret(variable));
    }),
  );
}

function findingOf(key: string, value: unknown, problem: string | undefined): Finding | undefined {
  const variable = variables[key];
  const error = (kind: FindingKind, message: string): Finding => ({ key, kind, severity: 'error', message });
  const warning = (kind: FindingKind, message: string): Finding => ({ key, kind, severity: 'warning', message });
  if (variable === undefined) return warning('unknown', unknownKey(key));
  if (variable.deprecated) return warning('deprecated', `has no effect; ${variable.deprecated}`);
  if (!inSecret(variable)) return error('misplaced', problem ?? 'belongs elsewhere; remove it from the secret');
  if (isBlank(value)) {
    const effect = problem ?? 'counts as not there; state a value, or remove it';
    return problem === undefined ? warning('empty', effect) : error('empty', effect);
  }
  if (problem === undefined) return undefined;
  if (typeof value === 'object') return error('malformed', problem);
  const parsed = parseValue(variable, String(value));
  if ('problem' in parsed) return error('malformed', problem);
  return error(suspicion(variable, String(value)) === problem ? 'placeholder' : 'refused', problem);
}

function unknownKey(key: string): string {
  const known = Object.entries(variables).flatMap(([name, variable]) => (inSecret(variable) ? [name] : []));
  const nearest = nearestName(key, known);
  return nearest === undefined
    ? 'no container reads it; remove it, or add it to app-image/src/config/contract/'
    : `no container reads it; did you mean ${nearest}?`;
}

/** Who has read one environment's must not hold another one's. */
function sharedKeys(document: SecretDocument, others: NonNullable<CheckedSecret['others']>): Finding[] {
  return Object.entries(document).flatMap(([key, value]) => {
    if (variables[key]?.ownKey === undefined || isBlank(value)) return [];
    return Object.entries(others).flatMap(([other, its]): Finding[] =>
      its?.[key] === value
        ? [{ key, kind: 'shared', severity: 'error', message: `is the same in ${other}; each environment has its own` }]
        : [],
    );
  });
}
