/** Numbers and times as the table and the page write them. */

export const count = (number: number): string => number.toLocaleString('en-US');

/** `1 request`, `2,100 requests` */
export const counted = (number: number, singular: string, plural = `${singular}s`): string =>
  `${count(number)} ${number === 1 ? singular : plural}`;

/** Three digits are enough for whoever compares: `0.4`, `18.2`, `1,204`. Nothing was measured: `–`. */
export function milliseconds(ms: number | undefined): string {
  if (ms === undefined) return '–';
  return ms < 100 ? ms.toFixed(1) : count(Math.round(ms));
}

export const seconds = (ms: number): string => (ms / 1000).toFixed(1);

/** A length of time in words: `340 ms`, `4.2 s`, `2 min 5 s`. */
export function duration(ms: number | undefined): string {
  if (ms === undefined) return '–';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${seconds(ms)} s`;
  const whole = Math.round(ms / 1000);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** A moment on the timeline: `1:02.5` */
export function clock(ms: number): string {
  const tenths = Math.max(0, Math.round(ms / 100));
  return `${Math.floor(tenths / 600)}:${((tenths % 600) / 10).toFixed(1).padStart(4, '0')}`;
}

/** ` (at 1:02.5)`, or when several things happened first; nothing where that is not known. */
export function moment(since: number | undefined, number: number): string {
  return since === undefined ? '' : ` (${number > 1 ? 'first ' : ''}at ${clock(since)})`;
}

/** `a`, `a and b`, `a, b and c` */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** Of a commit or digest, as much as people use to tell one from another. */
export const shortRevision = (revision: string): string => revision.replace(/^sha256:/, '').slice(0, 12);
