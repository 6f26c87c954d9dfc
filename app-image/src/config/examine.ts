import { isDeployed } from './deployed';
import { type FeatureState, featureStates } from './feature-states';
import { absence, type Circumstances, halfConfigured, objection } from './judge';
import { parseValue } from './parse';
import { relationProblems, relationWarnings } from './relations';
import { readSecretDocument } from './secret-document';
import { type Source, type Stated, statedValues } from './stated-values';
import type { Feature, Variable } from './variable';

/** What may be configured. */
export interface Contract {
  readonly variables: Readonly<Record<string, Variable>>;
  readonly features: Readonly<Record<string, Feature>>;
}

/** All there is to know about an environment, valid or not. */
export interface Examination {
  readonly deployed: boolean;
  /** What stands there, by name; no entry where there is no value. */
  readonly stated: ReadonlyMap<string, Stated>;
  /** Parsed; undefined where a value is missing or malformed. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly features: Readonly<Record<string, FeatureState>>;
  /** One for each failing variable, without its value. */
  readonly problems: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
}

/** Parses and judges variable by variable. */
function examineEach(
  variables: Contract['variables'],
  stated: ReadonlyMap<string, Stated>,
  circumstances: Circumstances,
) {
  const values: Record<string, unknown> = {};
  const problems = new Map<string, string>();
  for (const [name, variable] of Object.entries(variables)) {
    const entry = stated.get(name);
    const parsed = entry && parseValue(variable, entry.text);
    let problem: string | undefined;
    if (!entry || !parsed) {
      // A kill switch that nobody touched is on.
      if (variable.type === 'switch') values[name] = true;
      problem = absence(variable, circumstances);
    } else if ('problem' in parsed) problem = parsed.problem;
    else {
      values[name] = parsed.value;
      problem = objection(name, variable, entry, parsed.value, circumstances);
    }
    if (problem !== undefined) problems.set(name, problem);
  }
  return { values, problems };
}

function deprecationWarnings(variables: Contract['variables'], source: Source, secret: ReadonlyMap<string, string>) {
  return Object.entries(variables).flatMap(([name, { deprecated }]) =>
    deprecated && (source[name] || secret.has(name)) ? [`${name}: is deprecated and has no effect; ${deprecated}`] : [],
  );
}

/** Reads and judges everything, and never throws for what it finds. */
export function examine({ variables, features }: Contract, source: Source): Examination {
  const secret = readSecretDocument(source.SECRETS_JSON, variables);
  const deployed = isDeployed(source);
  const stated = statedValues(variables, source, secret.texts, deployed);
  const circumstances = { deployed, appEnvironment: stated.get('APP_ENV')?.text };
  const each = examineEach(variables, stated, circumstances);
  const states = featureStates(features, variables, stated);

  // The first problem that is found with a variable is the one to name: it is the nearest to its value.
  const found = [
    ...secret.problems,
    ...each.problems,
    ...relationProblems(each.values, new Set(stated.keys())),
    ...(deployed ? halfConfigured(features, variables, states) : []),
  ];
  const problems = new Map<string, string>();
  for (const [name, problem] of found) if (!problems.has(name)) problems.set(name, problem);

  const { SECRETS_JSON: _, ...values } = each.values;
  return {
    deployed,
    stated,
    // Spread into the others, the document kept whole would only be one more place to leak from.
    values,
    features: states,
    problems,
    warnings: [
      ...secret.warnings,
      ...deprecationWarnings(variables, source, secret.texts),
      ...relationWarnings(each.values),
    ],
  };
}
