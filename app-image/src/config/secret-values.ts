import { contract, type Environment } from './contract';
import type { Variable } from './variable';

/** Shorter ones (a user name of six letters, say) would also match what is no secret. */
const shortest = 8;

/** The values that must never be shown, the longest first, as one may contain another. */
export function secretValues(environment: Environment): string[] {
  const names = Object.entries<Variable>(contract).flatMap(([name, { secret }]) => (secret ? [name] : []));
  const values = names.map((name) => environment[name as keyof Environment]);
  return values
    .filter((value): value is string => typeof value === 'string' && value.length >= shortest)
    .sort((a, b) => b.length - a.length);
}
