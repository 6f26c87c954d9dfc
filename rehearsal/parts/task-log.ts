import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const READ = 64 * 1024;

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

/** `{"level":"error","time":…,"msg":"cannot start","role":"web"}` → `error  cannot start  role=web` */
export function readable(line: string): string {
  const entry = entryOf(line);
  if (entry === undefined) return line;
  const { level, msg, err } = entry;
  const said = msg === err?.message ? [] : [err?.message];
  const fields = Object.entries(entry).filter(([name]) => !unsaid.includes(name));
  return [level, msg, ...said, ...fields.map(([name, value]) => `${name}=${asText(value)}`)].filter(Boolean).join('  ');
}

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

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
