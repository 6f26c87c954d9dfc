import { isIP, isIPv4 } from 'node:net';
import { isCron } from './cron';
import { isSwitchedOn } from './switch';
import type { Format, Variable } from './variable';

/** `problem` says what the value must be, and never what it is. */
export type Parsed = { readonly value: unknown } | { readonly problem: string };

/** The format of one type. */
type Of<Type extends Format['type']> = Extract<Format, { readonly type: Type }>;
type Parser<Type extends Format['type']> = (raw: string, format: Of<Type>) => Parsed;

const secondsOf: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** The value as it stands there, if it is of the form. */
const verbatim = (isWellFormed: boolean, raw: string, problem: string): Parsed =>
  isWellFormed ? { value: raw } : { problem };

/** Not `Number(raw)` alone: that also takes 0x46, 1e3, blanks and the empty text. */
function inRange(written: RegExp, raw: string, { min, max }: { min: number; max: number }, problem: string): Parsed {
  const value = written.test(raw) ? Number(raw) : Number.NaN;
  return value >= min && value <= max ? { value } : { problem };
}

function parseText(raw: string, { minLength = 1, pattern, example }: Of<'text'>): Parsed {
  // Mostly the line break that came along when a secret was pasted.
  if (raw.trim() !== raw) return { problem: 'must not begin or end with a space or a line break' };
  if (raw.length < minLength) return { problem: `must have at least ${minLength} characters` };
  if (pattern && !pattern.test(raw))
    return { problem: example === undefined ? `must match ${pattern.source}` : `must have the form ${example}` };
  return { value: raw };
}

function isUrl(raw: string): boolean {
  return /^https?:\/\/[^\s\\]+$/i.test(raw) && URL.canParse(raw);
}

function isHost(raw: string): boolean {
  if (/^[\d.]+$/.test(raw)) return isIPv4(raw);
  return isIP(raw) !== 0 || (raw.length <= 253 && /^\w([\w-]{0,61}\w)?(\.\w([\w-]{0,61}\w)?)*\.?$/.test(raw));
}

const isOrigin = (entry: unknown) => typeof entry === 'string' && isUrl(entry) && new URL(entry).origin === entry;

function parseJson(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    // Not passed on: V8's message quotes what it could not read.
    return undefined;
  }
}

function parseOrigins(raw: string): Parsed {
  if (raw === '*') return { value: ['*'] };
  const entries = parseJson(raw);
  return Array.isArray(entries) && entries.every(isOrigin)
    ? { value: entries }
    : { problem: 'must be a JSON array of origins (scheme, host and port only), e.g. ["https://www.mrmentor.in"]' };
}

function parseJsonObject(raw: string): Parsed {
  const value = parseJson(raw);
  return verbatim(typeof value === 'object' && value !== null && !Array.isArray(value), raw, 'must be a JSON object');
}

function parseDuration(raw: string, { maxSeconds = Number.POSITIVE_INFINITY }: { maxSeconds?: number }): Parsed {
  const [, count, unit = ''] = /^([1-9]\d{0,5})([smhd])$/.exec(raw) ?? [];
  const seconds = Number(count) * (secondsOf[unit] ?? Number.NaN);
  if (Number.isNaN(seconds)) return { problem: 'must be a whole number and one of s, m, h, d, e.g. 15m' };
  return seconds > maxSeconds ? { problem: `must be ${maxSeconds} seconds at most` } : { value: seconds };
}

/** `Date` takes the 31st of February for the 2nd or 3rd of March. */
function isCalendarDate(raw: string): boolean {
  const date = new Date(`${raw}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(raw) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(raw);
}

const parsers: { readonly [Type in Format['type']]: Parser<Type> } = {
  text: parseText,
  integer: (raw, format) =>
    inRange(/^(0|-?[1-9]\d*)$/, raw, format, `must be a whole number from ${format.min} to ${format.max}`),
  number: (raw, format) =>
    inRange(/^-?(0|[1-9]\d*)(\.\d+)?$/, raw, format, `must be a number from ${format.min} to ${format.max}`),
  boolean: (raw) =>
    raw === 'true' || raw === 'false' ? { value: raw === 'true' } : { problem: 'must be true or false' },
  switch: (raw) => ({ value: isSwitchedOn(raw) }),
  choice: (raw, { values }) => verbatim(values.includes(raw), raw, `must be one of ${values.join(', ')}`),
  url: (raw) => verbatim(isUrl(raw), raw, 'must be an absolute URL that begins with http:// or https://'),
  host: (raw) => verbatim(isHost(raw), raw, 'must be a host name or address, without scheme and port'),
  email: (raw) => verbatim(/^[^\s@<>"',]+@[^\s@<>"',]+\.[^\s@<>"',.]+$/.test(raw), raw, 'must be one e-mail address'),
  origins: parseOrigins,
  list: (raw) => ({
    value: raw
      .split(',')
      .map((entry) => entry.trim())
      .filter(Boolean),
  }),
  json: parseJsonObject,
  duration: parseDuration,
  cron: (raw) =>
    verbatim(isCron(raw), raw, 'must be five cron fields (minute, hour, day, month, weekday), e.g. 30 2 * * *'),
  'aes-256-key': (raw) =>
    verbatim(
      /^([0-9a-f]{64}|[A-Za-z0-9+/]{43}=)$/i.test(raw),
      raw,
      'must be 32 bytes, as base64 or 64 hexadecimal digits',
    ),
  date: (raw) => verbatim(isCalendarDate(raw), raw, 'must be a date that exists, written like 2026-03-31'),
};

/** Judges the form alone; whether the value may stand in a deployed environment is another question. */
export function parseValue(variable: Variable, raw: string): Parsed {
  const parse = parsers[variable.type] as Parser<Format['type']>;
  return parse(raw, variable as never);
}
