import { contract } from '../../app-image/src/config/contract';
import { parseValue } from '../../app-image/src/config/parse';
import { relationProblems } from '../../app-image/src/config/relations';
import type { Source, Variable } from '../../app-image/src/config/variable';
import { type NameOf, objectionIn, unknownVariable, type Variables } from './contract';
import type { EnvironmentConfig } from './environment';
import { secretName } from './names';

type Contract = typeof contract;
/** Neither secrets, which are nobody's business here, nor what has no effect. */
type SettingName = Exclude<NameOf<{ source: 'environment' }>, NameOf<{ secret: true } | { deprecated: string }>>;
type NeededName = Extract<SettingName, NameOf<{ required: 'deployed' | 'always' }>>;

type Written<V extends Variable> = V extends { type: 'boolean' | 'switch' }
  ? 'true' | 'false'
  : V extends { type: 'choice'; values: readonly (infer Word)[] }
    ? Word
    : V extends { type: 'integer' | 'number' }
      ? `${number}`
      : string;

/** Literals of an environment for its containers: what differs, is no secret, and no resource knows. */
export type Settings = { readonly [Name in NeededName]: Written<Contract[Name]> } & {
  readonly [Name in SettingName]?: Written<Contract[Name]>;
};

const otherPlace = (env: EnvironmentConfig): Readonly<Record<Exclude<Source, 'environment'>, string>> => ({
  infrastructure: 'the infrastructure sets it, in lib/constructs/container-environment.ts; remove it here.',
  secret: `a key of the secret ${secretName(env.name)}; remove it here, and replace it there if it was a real one.`,
  platform: 'ECS, the image or Node sets it; remove it.',
  local: 'exists on laptops only; remove it.',
});

/** What is wrong with a setting, without its value where that may be a secret. */
function settingProblem(env: EnvironmentConfig, name: string, text: string, variables: Variables): string | undefined {
  const variable = variables[name];
  if (variable === undefined) return unknownVariable(name, variables);
  const { source, secret, deprecated } = variable;
  if (source !== 'environment') return `${name}: ${otherPlace(env)[source]}`;
  if (secret) return `${name}: ${otherPlace(env).secret}`;
  if (deprecated) return `${name}: has no effect; ${deprecated}.`;
  const problem = objectionIn(env.name, name, variable, text);
  return problem && `${name}: "${text}" ${problem}.`;
}

/** What one setting asks of another; a secret may well hold what is missing here. */
function betweenSettings(stated: readonly [string, string][], variables: Variables): string[] {
  const values = stated.map(([name, text]) => {
    const variable = variables[name];
    const parsed = variable && parseValue(variable, text);
    return [name, parsed && 'value' in parsed ? parsed.value : undefined];
  });
  return relationProblems(Object.fromEntries(values), new Set(stated.map(([name]) => name)))
    .filter(([name]) => variables[name]?.source === 'environment' && !variables[name]?.secret)
    .map(([name, problem]) => `${name}: ${problem}.`);
}

/** @returns one sentence for each setting that the container would not start with, or not read. */
export function checkSettings(env: EnvironmentConfig, variables: Variables = contract): string[] {
  const stated = Object.entries(env.settings).filter(([, text]) => text !== undefined);
  const wrong = stated.flatMap(([name, text]) => settingProblem(env, name, text, variables) ?? []);
  const missing = Object.entries(variables).flatMap(([name, { source, required, deprecated }]) =>
    source === 'environment' &&
    (required === 'deployed' || required === 'always') &&
    !deprecated &&
    !stated.some(([other]) => other === name)
      ? [`${name}: missing, and the container does not start without it; state it.`]
      : [],
  );
  return [...wrong, ...missing, ...betweenSettings(stated, variables)].map(
    (sentence) => `${env.name}.settings.${sentence}`,
  );
}
