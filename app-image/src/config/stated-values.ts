import type { Variable } from './variable';

export type Source = Readonly<Record<string, string | undefined>>;
export type Origin = 'process' | 'secret' | 'default';

/** A value as it is written, and who wrote it. */
export interface Stated {
  readonly text: string;
  readonly origin: Origin;
}

/** Empty counts as unset: task definitions and `docker run -e NAME=` cannot express the difference. */
export const unlessBlank = (text: string | undefined) => (text?.trim() ? text : undefined);

/** Process variables win over the secret, and both over the default; a deprecated variable has nothing but its default. */
export function statedValues(
  variables: Readonly<Record<string, Variable>>,
  source: Source,
  secret: ReadonlyMap<string, string>,
  deployed: boolean,
): Map<string, Stated> {
  const values = new Map<string, Stated>();
  for (const [name, variable] of Object.entries(variables)) {
    const fallback = deployed ? variable.default : (variable.localDefault ?? variable.default);
    const candidates: [Origin, string | undefined][] = [
      ['process', variable.deprecated ? undefined : unlessBlank(source[name])],
      ['secret', variable.deprecated ? undefined : unlessBlank(secret.get(name))],
      ['default', fallback],
    ];
    const [origin, text] = candidates.find(([, candidate]) => candidate !== undefined) ?? [];
    if (origin !== undefined && text !== undefined) values.set(name, { text, origin });
  }
  return values;
}
