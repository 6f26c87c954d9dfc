import type { Stated } from './stated-values';
import { isSwitchedOn } from './switch';
import type { Feature, Variable } from './variable';

export interface FeatureState {
  /** `half`: some of what it needs is stated and some is missing. `killed`: its kill switch is off. */
  readonly state: 'on' | 'off' | 'half' | 'killed';
  /** What it needs and nobody stated. */
  readonly missing: readonly string[];
  /** What it needs and somebody stated; a default states nothing. */
  readonly stated: readonly string[];
}

function stateOf(members: readonly [string, Variable][], values: ReadonlyMap<string, Stated>): FeatureState {
  const needed = members.filter(([, { required }]) => required === 'feature').map(([name]) => name);
  const missing = needed.filter((name) => !values.has(name));
  const stated = needed.filter((name) => values.has(name) && values.get(name)?.origin !== 'default');
  const killed = members.some(([, { killSwitch }]) => killSwitch && !isSwitchedOn(values.get(killSwitch)?.text));

  if (killed) return { state: 'killed', missing, stated };
  if (missing.length === 0 && needed.length > 0) return { state: 'on', missing, stated };
  return { state: stated.length > 0 ? 'half' : 'off', missing, stated };
}

export function featureStates(
  features: Readonly<Record<string, Feature>>,
  variables: Readonly<Record<string, Variable>>,
  values: ReadonlyMap<string, Stated>,
): Record<string, FeatureState> {
  const members = (feature: string) => Object.entries(variables).filter(([, variable]) => variable.feature === feature);
  return Object.fromEntries(Object.keys(features).map((feature) => [feature, stateOf(members(feature), values)]));
}
