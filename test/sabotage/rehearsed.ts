import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { RehearsalJson } from '../../rehearsal/report/json';

export interface Rehearsed {
  readonly exitCode: number | string | null | undefined;
  /** What whoever ran it reads: each failure with what it means, or why it could not be rehearsed. */
  readonly says: string;
}

export interface RehearsedProps {
  readonly assembly: string;
  readonly from: string;
  readonly scenario: string;
  /** A folder for the page with the timeline. */
  readonly folder: string;
}

const maxBuffer = 64 * 2 ** 20;
/** Milliseconds, after which it is asked to end, before the test is given up. */
const timeout = 200_000;
const root = join(__dirname, '..', '..');

/** Runs the command itself, as short as a rehearsal can be. */
export function rehearsed({ assembly, from, scenario, folder }: RehearsedProps): Promise<Rehearsed> {
  const options = {
    ...{ environment: 'production', assembly, from, scenario, engine: 'none' },
    ...{ seconds: '2', rate: '60', report: join(folder, 'rehearsal.html') },
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const command = ['--require', 'tsx/cjs', join('scripts', 'rehearse.ts'), ...args, '--json'];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: root, maxBuffer, timeout }, (error, stdout, stderr) => {
      resolve({ exitCode: error ? error.code : 0, says: stdout === '' ? stderr : failuresOf(stdout) });
    });
  });
}

function failuresOf(json: string): string {
  const { verdict } = JSON.parse(json) as RehearsalJson;
  return verdict.failures.map(({ message, explanation = '' }) => `${message} ${explanation}`.trim()).join('\n');
}
