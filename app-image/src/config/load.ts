import { contract, type Environment, features } from './contract';
import { type Examination, examine } from './examine';
import type { FeatureState } from './feature-states';
import type { Source } from './stated-values';

export interface LoadedEnvironment extends Omit<Examination, 'features' | 'problems' | 'values'> {
  readonly environment: Environment;
  readonly features: Readonly<Record<keyof typeof features, FeatureState>>;
}

/** Names every failing variable, one line each, and no value. */
export class InvalidEnvironment extends Error {
  constructor(readonly problems: ReadonlyMap<string, string>) {
    const lines = Array.from(problems, ([name, problem]) => `  - ${name}: ${problem}`);
    super(['Invalid environment, not starting:', ...lines].join('\n'));
    this.name = 'InvalidEnvironment';
  }
}

export const examineEnvironment = (source: Source): Examination => examine({ variables: contract, features }, source);

/** The environment as the contract types it, or one error that lists all there is to mend. */
export function accept({ problems, values, ...rest }: Examination): LoadedEnvironment {
  if (problems.size > 0) throw new InvalidEnvironment(problems);
  // No problem was found, so every value that the contract promises is there.
  return { ...rest, environment: values as Environment, features: rest.features as LoadedEnvironment['features'] };
}

export const loadEnvironment = (source: Source): LoadedEnvironment => accept(examineEnvironment(source));
