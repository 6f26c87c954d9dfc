import type { FeatureState } from './feature-states';
import type { Stated } from './stated-values';
import { suspicion } from './suspicious-value';
import type { Feature, Refusal, Source, Variable } from './variable';

export interface Circumstances {
  readonly deployed: boolean;
  /** APP_ENV, as it stands there. */
  readonly appEnvironment: string | undefined;
}

const whereToSet: Readonly<Record<Source, string>> = {
  infrastructure: 'the infrastructure sets it: deploy the CDK app again',
  environment: "set it in lib/config/environments.ts or in this environment's secret",
  secret: "add it to this environment's secret",
  platform: 'the platform sets it: check where the container runs',
  local: 'set it in .env',
};

/** @returns what is wrong, if a value has to be there and isn't. */
export function absence(variable: Variable, { deployed }: Circumstances): string | undefined {
  const isRequired = variable.required === 'always' || (variable.required === 'deployed' && deployed);
  if (!isRequired || variable.deprecated) return undefined;
  return `missing; ${deployed ? whereToSet[variable.source] : 'set it in .env'}`;
}

function isRefused({ in: where, value }: Refusal, text: string, circumstances: Circumstances): boolean {
  if (value !== undefined && value !== text) return false;
  if (where === 'deployed') return circumstances.deployed;
  if (where === 'production') return circumstances.appEnvironment === 'production';
  return circumstances.appEnvironment !== 'development';
}

const placeNames: Readonly<Record<Refusal['in'], string>> = {
  deployed: 'where it is deployed',
  production: 'in production',
  'all but development': 'everywhere but in development',
};

/** Browsers on engineers' own machines call the deployed development environment; nothing else there is local. */
const mayBeCalledLocally = (variable: Variable, { appEnvironment }: Circumstances) =>
  variable.type === 'origins' && appEnvironment === 'development';

/** @returns what is wrong with a well-formed value where it stands. */
export function objection(
  name: string,
  variable: Variable,
  { text, origin }: Stated,
  value: unknown,
  circumstances: Circumstances,
): string | undefined {
  const { refused } = variable;
  if (refused && isRefused(refused, text, circumstances)) {
    const what = refused.value === undefined ? 'must not be set' : 'has a value that is refused';
    return `${what} ${placeNames[refused.in]}: ${refused.because}; remove it`;
  }
  if (!circumstances.deployed) return undefined;
  if (variable.source === 'local' && origin !== 'default') return 'exists on a laptop only; remove it';
  if (Array.isArray(value) && value.length === 0) return 'is an empty list; name at least one';
  if (variable.type === 'origins' && text === '*')
    return 'allows every origin; name the origins, or any web page may call the API';
  // It is where the server listens: all of the container's interfaces.
  if (name === 'HOST' && (text === '0.0.0.0' || text === '::')) return undefined;
  // Its keys are judged one by one, and one that this revision does not know is a later one's: that only warns.
  if (name === 'SECRETS_JSON') return undefined;
  if (mayBeCalledLocally(variable, circumstances)) return undefined;
  return suspicion(variable, text);
}

/**
 * @returns a problem for each missing member of a half-configured integration; none for one that a row of
 * `system_configs` may hold, since no row is known yet
 */
export function halfConfigured(
  features: Readonly<Record<string, Feature>>,
  variables: Readonly<Record<string, Variable>>,
  states: Readonly<Record<string, FeatureState>>,
): [string, string][] {
  return Object.entries(states).flatMap(([key, { state, missing, stated }]) => {
    if (state !== 'half') return [];
    const others = stated.length === 1 ? `${stated} is set` : `${stated.join(', ')} are set`;
    const remedy = `set it or remove ${stated.length === 1 ? stated : 'them'}`;
    const title = features[key]?.title ?? key;
    return missing
      .filter((name) => variables[name]?.row === undefined)
      .map((name) => [name, `missing, but ${others}: integration '${title}' is half-configured; ${remedy}`]);
  });
}
