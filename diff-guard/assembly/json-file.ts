import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { NotComparable } from './not-comparable';

/** @throws NotComparable for a file that is missing, cut short, or no JSON object */
export function readJsonFile<T extends object>(file: string): T {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new NotComparable(
      `${dirname(file)} is incomplete: ${basename(file)} cannot be read (${(error as NodeJS.ErrnoException).code}). Synthesise it anew.`,
    );
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as T;
  } catch {
    // Said below, for both.
  }
  throw new NotComparable(`${file} is no JSON object, as if its synth had been cut off. Synthesise it anew.`);
}
