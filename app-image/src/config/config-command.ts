import { parseArgs } from 'node:util';
import { contract } from './contract';
import type { Examination } from './examine';
import { explain, formatExplanation } from './explanation';
import { formatInventory, inventory } from './inventory';
import { nearestName } from './nearest-name';
import { runtimeSettings } from './runtime-settings';
import { findSetting, type Row, type SettingRows, type Unavailable } from './settings';

export const help = `npm run config -- explain KEY [--json]
npm run config -- list [--json]

explain says where a setting's value comes from: its kill switch, an active row of system_configs, the
environment (the process, then the JSON secret), the default. The first that has a say wins. A secret's
value is never shown. list names every variable with whether it is set.
Both answer as well when the environment is invalid or the database cannot be reached.

  --json   the same as JSON on standard output

Exit codes: 0 answered, 64 called wrongly.`;

export interface Surroundings {
  readonly examined: Examination;
  /** Opened for a setting that has a row only. */
  connect(): Promise<{ readonly rows: SettingRows; close(): Promise<void> } | Unavailable>;
  print(text: string): void;
  complain(text: string): void;
}

async function rowOf(key: string, { connect }: Surroundings): Promise<Row | null | Unavailable> {
  try {
    const connection = await connect();
    if ('unavailable' in connection) return connection;
    try {
      return await connection.rows.active(key);
    } finally {
      await connection.close();
    }
  } catch {
    // Without the reason, which may quote what it connected with.
    return { unavailable: 'database unreachable' };
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
    });
  } catch (error) {
    return { mistake: (error as Error).message };
  }
}

function unknownSetting(name: string): string {
  const nearest = nearestName(name, [...Object.keys(contract), ...Object.keys(runtimeSettings)]);
  return `There is no setting "${name}"; ${nearest ? `did you mean ${nearest}?` : 'list prints them all.'}`;
}

/** @returns the exit code */
export async function runConfigCommand(args: string[], surroundings: Surroundings): Promise<number> {
  const { examined, print, complain } = surroundings;
  const mistake = (message: string) => {
    complain(`${message}\nSee --help.`);
    return 64;
  };

  const parsed = parse(args);
  if ('mistake' in parsed) return mistake(parsed.mistake);
  const { values, positionals } = parsed;
  const [command, name, ...rest] = positionals;
  if (values.help) {
    print(help);
    return 0;
  }

  if (command === 'list' && name === undefined) {
    const listed = inventory(examined);
    print(values.json ? JSON.stringify(listed, null, 2) : formatInventory(listed));
    return 0;
  }
  if (command !== 'explain' || name === undefined || rest.length > 0)
    return mistake('Say explain and the name of one setting, or list.');

  const setting = findSetting(name);
  if (!setting) return mistake(unknownSetting(name));
  const row = setting.row === undefined ? null : await rowOf(setting.row, surroundings);
  const explanation = explain(name, setting, examined, row);
  print(values.json ? JSON.stringify(explanation, null, 2) : formatExplanation(explanation));
  return 0;
}
