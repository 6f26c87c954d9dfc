import type { State } from './answer';
import type { PreflightFinding } from './preflight';

const signs: Readonly<Record<State, string>> = { passed: '✓', warned: '!', failed: '✗', skipped: '–' };
const indented = (text: string, by: string): string => text.replace(/\n/g, `\n${by}`);

export function preflightText(environment: string, findings: readonly PreflightFinding[]): string {
  const lines = findings.map(({ title, state, detail, remedy }) => {
    const brief = state === 'passed' || state === 'skipped';
    const said = brief ? detail.replace(/\n/g, '; ') : indented(detail, '    ');
    return `${signs[state]} ${title}: ${said}${remedy === undefined ? '' : `\n    → ${indented(remedy, '      ')}`}`;
  });
  const count = (state: State) => findings.filter((each) => each.state === state).length;
  const sum =
    count('failed') > 0
      ? `${environment} is not ready for a release: ${count('failed')} failed, ${count('warned')} to be looked at.`
      : `${environment} is ready for a release${count('warned') > 0 ? `; ${count('warned')} to be looked at` : ''}.`;
  return [...lines, '', sum].join('\n');
}
