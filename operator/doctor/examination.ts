import type { MachineCheck } from './checks';

export interface MachineFinding {
  readonly title: string;
  readonly neededFor: string;
  readonly state: 'there' | 'missing' | 'missing, optional';
  /** What is there, or what is missing and how to have it. */
  readonly detail: string;
}

/** Runs all of them, at the same time. */
export function examine(checks: readonly MachineCheck[]): Promise<MachineFinding[]> {
  return Promise.all(
    checks.map(async ({ title, neededFor, optional, run }): Promise<MachineFinding> => {
      try {
        return { title, neededFor, state: 'there', detail: await run() };
      } catch (error) {
        const state = optional ? 'missing, optional' : 'missing';
        return { title, neededFor, state, detail: (error as Error).message };
      }
    }),
  );
}

const signs: Readonly<Record<MachineFinding['state'], string>> = { there: '✓', missing: '✗', 'missing, optional': '–' };
const indented = (text: string): string => text.replace(/^(?=.)/gm, '    ');

export function examinationText(findings: readonly MachineFinding[]): string {
  const lines = findings.map(({ title, neededFor, state, detail }) => {
    const sign = signs[state];
    return state === 'there' && !detail.includes('\n')
      ? `${sign} ${title}: ${detail}`
      : `${sign} ${title}, for ${neededFor}:\n${indented(detail)}`;
  });
  const missing = findings.filter(({ state }) => state === 'missing').length;
  const optional = findings.filter(({ state }) => state === 'missing, optional').length;
  const sum =
    missing > 0
      ? `${missing} missing of what everybody needs, ${optional} of the rest.`
      : `All is there that a first run needs${optional > 0 ? `; ${optional} missing of the rest (–).` : ', and the rest as well.'}`;
  return [...lines, '', sum].join('\n');
}
