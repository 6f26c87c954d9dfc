import type { EnvironmentName } from '../../lib/config/environment';
import { formatTable } from '../../scripts/table';
import type { Assessment } from './changes';
import type { DocumentDiff } from './document';
import { type Finding, quotedKey } from './findings';

/** For machines. A field that loses or changes its meaning gets a new `version`; new fields do not. */
export interface CheckJson {
  readonly version: 1;
  readonly environment: EnvironmentName;
  /** Secret or file. */
  readonly checked: string;
  /** No error among the findings. */
  readonly passed: boolean;
  readonly keys: number;
  readonly findings: readonly Finding[];
}

export const isPassed = (findings: readonly Finding[]): boolean =>
  findings.every(({ severity }) => severity !== 'error');

export function findingsTable(findings: readonly Finding[]): string {
  const rows = findings.map(({ key, kind, severity, message }) => [
    severity === 'error' ? '✗' : '!',
    quotedKey(key),
    kind,
    message,
  ]);
  return formatTable(['', 'key', 'finding', 'what it is, and what to do'], rows);
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;

export function checkText(checked: string, keys: number, findings: readonly Finding[]): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const sum =
    errors === 0
      ? `${checked}: ${counted(keys, 'key')}, and the container starts with them.`
      : `${checked}: ${counted(keys, 'key')}, ${counted(errors, 'error')}; see docs/environment-reference.md.`;
  return findings.length === 0 ? sum : `${findingsTable(findings)}\n\n${sum}`;
}

const signs = { added: '+', changed: '~', removed: '-' } as const;

/** Names only. */
export function diffText(diff: DocumentDiff): string {
  const lines = Object.entries(signs).flatMap(([kind, sign]) =>
    diff[kind as keyof DocumentDiff].map((key) => `  ${sign} ${quotedKey(key)}`),
  );
  return lines.join('\n');
}

/** What is still to be done before a container starts. */
export function remainingText({ findings }: Assessment): string {
  const left = findings.filter(({ severity }) => severity === 'error');
  return left.length === 0
    ? 'The secret is complete.'
    : `Still to do:\n${left.map(({ key, message }) => `  ✗ ${quotedKey(key)}: ${message}`).join('\n')}`;
}
