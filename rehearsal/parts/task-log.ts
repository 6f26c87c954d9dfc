import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const READ = 64 * 1024;
/** Who wants all of it reads the log itself. */
const LONGEST = 500;

/** The end of a log, of which no more than that is read. */
export function lastLines(path: string, count: number): string {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const end = Buffer.alloc(Math.min(size, READ));
    readSync(file, end, 0, end.length, size - end.length);
    const lines = end.toString('utf8').trimEnd().split('\n').slice(-count);
    return lines.map(readable).join('\n');
  } finally {
    closeSync(file);
  }
}

/** What only machines need in every line. */
const unsaid = ['time', 'level', 'msg', 'err'];

/**
 * `{"level":"error","time":…,"msg":"cannot start","role":"web"}` → `error  cannot start  role=web`
 *
 * What is no plain value is left out: a report of the start-up fills a screen.
 */
export function readable(line: string): string {
  const entry = entryOf(line);
  if (entry === undefined) return line;
  const { level, msg, err } = entry;
  const said = msg === err?.message ? [] : [err?.message];
  const fields = Object.entries(entry).filter(([name, value]) => !unsaid.includes(name) && typeof value !== 'object');
  return shortened([level, msg, ...said, ...fields.map((field) => field.join('='))].filter(Boolean).join('  '));
}

const shortened = (text: string): string => (text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`);

interface Entry {
  readonly level: string;
  readonly msg: string;
  readonly err?: { readonly message?: string };
}

function entryOf(line: string): Entry | undefined {
  try {
    const entry: Partial<Entry> | null = JSON.parse(line);
    return typeof entry?.level === 'string' && typeof entry.msg === 'string' ? (entry as Entry) : undefined;
  } catch {
    return undefined;
  }
}
