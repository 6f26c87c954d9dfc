import type { contract, VariableName } from '../../app-image/src/config/contract';
import { objection } from '../../app-image/src/config/judge';
import { nearestName } from '../../app-image/src/config/nearest-name';
import { parseValue } from '../../app-image/src/config/parse';
import type { Variable } from '../../app-image/src/config/variable';
import type { EnvironmentName } from './environment';

/** The container's variables, as this side reads them. */
export type Variables = Readonly<Record<string, Variable>>;

/** Names of the variables that have this shape, e.g. `{ source: 'infrastructure' }`. */
export type NameOf<Shape> = {
  [Name in VariableName]: (typeof contract)[Name] extends Shape ? Name : never;
}[VariableName];

/**
 * What the container would say to a value when it starts in this environment; undefined where it takes it.
 * The judge is the container's own, so that what passes here is not refused there.
 */
export function objectionIn(
  environment: EnvironmentName,
  name: string,
  variable: Variable,
  text: string,
): string | undefined {
  const parsed = parseValue(variable, text);
  if ('problem' in parsed) return parsed.problem;
  return objection(name, variable, { text, origin: 'process' }, parsed.value, {
    deployed: true,
    appEnvironment: environment,
  });
}

export function unknownVariable(name: string, variables: Variables): string {
  const nearest = nearestName(name, Object.keys(variables));
  const remedy = nearest
    ? `did you mean ${nearest}?`
    : 'remove it, or add the variable to app-image/src/config/contract.ts.';
  return `${name}: not in the contract, so the container does not read it; ${remedy}`;
}
