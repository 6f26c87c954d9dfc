import { contract, type VariableName } from './contract';
import type { Examination } from './examine';
import { type RuntimeSetting, runtimeSettings } from './runtime-settings';
import { isSwitchedOn } from './switch';
import type { Variable } from './variable';

/** A row of `system_configs`; an encrypted one's value is already decrypted. */
export interface Row {
  readonly value: string;
  readonly encrypted: boolean;
}

export interface SettingRows {
  /** @returns null where there is no such row, or it is disabled */
  active(key: string): Promise<Row | null>;
}

/** Why nothing is known about the rows. */
export interface Unavailable {
  readonly unavailable: string;
}

export type SettingName = VariableName | keyof typeof runtimeSettings;
export type Winner = 'kill switch' | 'system_configs' | 'environment' | 'secret' | 'default' | 'nowhere';

export interface Step {
  readonly source: 'kill switch' | 'system_configs' | 'environment' | 'default';
  /** For people; never holds a value. */
  readonly state: string;
}

export interface Resolution {
  readonly name: string;
  /** As text; undefined where the kill switch is off or nobody states one. */
  readonly value: string | undefined;
  readonly from: Winner;
  readonly steps: readonly Step[];
}

/** What a setting's name stands for: a variable, which may have a row, or a row alone. */
export interface Setting {
  readonly variable?: Variable;
  readonly row?: string;
  readonly rowEncrypted?: boolean;
  readonly default?: string;
}

/** What of an environment a resolution looks at; also of one that is invalid. */
export type Stage = Pick<Examination, 'stated' | 'deployed'>;

export function findSetting(
  name: string,
  variables: Readonly<Record<string, Variable>> = contract,
): Setting | undefined {
  const variable = Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (variable) {
    const { row, rowEncrypted } = variable;
    // A kill switch that nobody touched is on.
    return { variable, row, rowEncrypted, default: variable.type === 'switch' ? 'true' : undefined };
  }
  const settings: Readonly<Record<string, RuntimeSetting>> = runtimeSettings;
  const setting = Object.hasOwn(settings, name) ? settings[name] : undefined;
  return setting && { row: name, default: setting.default };
}

function rowState(setting: Setting, row: Row | null | Unavailable): string {
  if (setting.row === undefined) return 'has none';
  if (row === null) return `${setting.row}: no active row`;
  if ('unavailable' in row) return `unknown: ${row.unavailable}`;
  if (row.encrypted) return `${setting.row}: set, encrypted`;
  return `${setting.row}: set${setting.rowEncrypted ? ', not encrypted; store it again, encrypted' : ''}`;
}

function defaultState(setting: Setting, deployed: boolean): string {
  if ((setting.default ?? setting.variable?.default) !== undefined) return 'set';
  if (setting.variable?.localDefault === undefined) return 'has none';
  return deployed ? 'has none where deployed' : 'set, for a laptop only';
}

const environmentState = { process: 'set', secret: 'set, by the JSON secret', default: 'unset' } as const;

/** Kill switch, then an active row, then the environment, then the default: the first that has a say wins. */
export function resolve(name: string, setting: Setting, stage: Stage, row: Row | null | Unavailable): Resolution {
  const { stated, deployed } = stage;
  const { variable } = setting;
  const entry = stated.get(name);
  const killSwitch = variable?.killSwitch;
  const killed = killSwitch !== undefined && !isSwitchedOn(stated.get(killSwitch)?.text);
  const found = row && 'value' in row ? row : undefined;

  const steps: Step[] = [
    { source: 'kill switch', state: killSwitch ? `${killSwitch}: ${killed ? 'off' : 'on'}` : 'has none' },
    { source: 'system_configs', state: rowState(setting, row) },
    { source: 'environment', state: variable ? environmentState[entry?.origin ?? 'default'] : 'has no variable' },
    { source: 'default', state: defaultState(setting, deployed) },
  ];
  const won = (from: Winner, value: string | undefined): Resolution => ({ name, value, from, steps });

  if (killed) return won('kill switch', undefined);
  if (found) return won('system_configs', found.value);
  if (entry?.origin === 'process') return won('environment', entry.text);
  if (entry) return won(entry.origin === 'secret' ? 'secret' : 'default', entry.text);
  return setting.default === undefined ? won('nowhere', undefined) : won('default', setting.default);
}

/** The settings of a running service; rows are asked for on every call, so that a change takes effect at once. */
export class Settings {
  constructor(
    private readonly loaded: Stage,
    private readonly rows: SettingRows,
  ) {}

  async resolve(name: SettingName): Promise<Resolution> {
    const found = await this.find(name);
    if (!found) throw new Error(`There is no setting ${name}; add it to the contract or to the run-time settings.`);
    return resolve(name, found.setting, this.loaded, found.row);
  }

  /** What the name stands for, and its row as it is now; undefined where there is no such setting. */
  async find(name: string): Promise<{ readonly setting: Setting; readonly row: Row | null } | undefined> {
    const setting = findSetting(name);
    return setting && { setting, row: setting.row === undefined ? null : await this.rows.active(setting.row) };
  }
}
