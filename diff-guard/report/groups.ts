import type { Judged } from '../judge';
import type { Rule } from '../rules/rule';

/** The same finding in several environments, which people read once. */
export interface Group {
  readonly rule: Rule;
  readonly stack: string;
  readonly resource: string;
  readonly findings: readonly [Judged, ...Judged[]];
}

/** What stands above a column: an environment, or a stack per account. */
export const placeOf = ({ environment, stackPath }: Judged): string => environment ?? stackPath;

export const placesOf = ({ findings }: Group): string[] => [...new Set(findings.map(placeOf))];

/** In the order of the findings: the worst first. An excused one does not hide in a group of open ones. */
export function grouped(findings: readonly Judged[]): Group[] {
  const groups = new Map<string, [Judged, ...Judged[]]>();
  for (const found of findings) {
    const { rule, stack, resource, detail, effect, exception } = found;
    // Where something may be lost, it matters that one environment keeps a snapshot and the other nothing.
    const what = [stack, resource, rule.verdict === 'red' ? detail : ''].map((text) => withoutPlace(text, found));
    const key = [rule.id, ...what, effect?.kind, exception ? 'excused' : ''].join(' ');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [found]);
    else group.push(found);
  }
  return [...groups.values()].map((all) => {
    const [{ rule, stack, resource }] = all;
    return { rule, stack, resource, findings: all };
  });
}

/** The same text for the same thing in another environment: the CDK's hashes contain its name, too. */
const withoutPlace = (text: string, { environment }: Judged): string =>
  (environment === undefined ? text : text.replaceAll(environment, '*')).replace(/\b\d{12}\b|[0-9A-F]{8}/g, '#');

/** `staging, demo and production` */
export const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** What is said about each place, once where it is the same. */
export function detailsOf(group: Group): string[] {
  const places = new Map<string, string[]>();
  for (const found of group.findings) places.set(found.detail, [...(places.get(found.detail) ?? []), placeOf(found)]);
  if (places.size === 1) return [group.findings[0].detail];
  return [...places].map(([detail, names]) => `${listed(names)}: ${detail}`);
}
