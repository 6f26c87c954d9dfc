import { columns } from './columns';
import { groups } from './contract';
import type { Examination } from './examine';
import { runtimeSettings } from './runtime-settings';
import { type Resolution, type Row, resolve, type Setting, type Step, type Unavailable, type Winner } from './settings';
import type { Group } from './variable';

/** Everything that may be told about a setting, safe to print. */
export interface Explanation {
  readonly name: string;
  readonly group: string;
  readonly description: string;
  readonly secret: boolean;
  readonly from: Winner;
  /** Some value is in effect. */
  readonly set: boolean;
  /** Absent where nothing is set, and for whatever is secret or encrypted. */
  readonly value?: string;
  /** The rows could not be asked: an active one would win. */
  readonly rowUnknown: boolean;
  readonly steps: readonly Step[];
  readonly invalid?: string;
  readonly deprecated?: string;
  readonly rotationBreaks?: string;
}

const winningStep = (from: Winner): Step['source'] | undefined =>
  from === 'nowhere' ? undefined : from === 'secret' ? 'environment' : from;

const groupOf = (name: string) =>
  Object.values<Group>(groups).find(({ variables }) => Object.hasOwn(variables, name))?.title ?? 'Run-time settings';

function descriptionOf(name: string, { variable }: Setting): string {
  const settings: Readonly<Record<string, { description: string }>> = runtimeSettings;
  return variable?.description ?? settings[name]?.description ?? '';
}

/** A password in a URL is none that the contract calls a secret. */
const withoutCredentials = (value: string) => value.replace(/:\/\/[^\s/?#@]*@/g, '://…@');

/** A row that should be encrypted is not shown either, whatever it is. */
function isSecret({ variable, rowEncrypted }: Setting, { from }: Resolution, row: Row | null | Unavailable): boolean {
  if (variable?.secret) return true;
  if (from !== 'system_configs') return false;
  return rowEncrypted === true || (row !== null && 'encrypted' in row && row.encrypted);
}

export function explain(
  name: string,
  setting: Setting,
  examined: Examination,
  row: Row | null | Unavailable,
): Explanation {
  const resolution = resolve(name, setting, examined, row);
  const { from, value, steps } = resolution;
  const secret = isSecret(setting, resolution, row);
  return {
    name,
    group: groupOf(name),
    description: descriptionOf(name, setting),
    secret,
    from,
    set: value !== undefined,
    ...(value !== undefined && !secret ? { value: withoutCredentials(value) } : {}),
    rowUnknown: row !== null && 'unavailable' in row && from !== 'kill switch',
    steps,
    invalid: examined.problems.get(name),
    deprecated: setting.variable?.deprecated,
    rotationBreaks: setting.variable?.rotationBreaks,
  };
}

function effect({ from, set, secret, value, rowUnknown }: Explanation): string {
  if (from === 'kill switch') return 'off, by its kill switch';
  const origin = from === 'secret' ? 'the JSON secret' : from;
  const known = set ? `${secret ? 'set (secret)' : value}, from ${origin}` : 'unset';
  return rowUnknown ? `${known}, unless an active row overrides it` : known;
}

export function formatExplanation(explanation: Explanation): string {
  const { name, group, description, from, steps, invalid, deprecated, rotationBreaks } = explanation;
  const table = columns(steps.map(({ source, state }) => [source === winningStep(from) ? '→' : ' ', source, state]));
  const notes = [
    invalid && `Invalid: ${invalid}`,
    deprecated && `Deprecated, has no effect: ${deprecated}`,
    rotationBreaks && `Rotation breaks: ${rotationBreaks}`,
  ].filter((note) => note !== undefined);
  return [`${name} (${group})`, description, '', `In effect: ${effect(explanation)}`, ...table, ...notes].join('\n');
}
