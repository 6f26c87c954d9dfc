import type { Finding } from '../record';
import type { Failure } from './failure';
import { count } from './figures';

/** Of what was found several times the first is told, and how often. */
export function findingFailures(findings: readonly Finding[]): Failure[] {
  const keyOf = ({ about, message }: Finding) => about ?? message;
  const keys = new Set(findings.map(keyOf));
  return [...keys].flatMap((key): Failure[] => {
    const alike = findings.filter((finding) => keyOf(finding) === key);
    const [first] = alike;
    if (first === undefined) return [];
    const again = alike.length === 1 ? '' : ` This was found ${count(alike.length)} times.`;
    return [{ subject: 'finding', message: `${first.message}${again}`, count: alike.length, at: first.at }];
  });
}
