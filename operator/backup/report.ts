import { differenceTable } from '../../app-image/src/backup/differences';
import { formatTable } from '../../scripts/table';
import type { BackupCheck } from './examination';
import type { ListedBackup } from './listing';

/** The schedule makes one each night. */
const expectedHours = 24;
const hourMs = 3_600_000;

const grouped = (number: number | undefined): string => number?.toLocaleString('en-US') ?? '–';
export const kilobytes = (bytes: number): string => `${grouped(Math.ceil(bytes / 1000))} kB`;

/** As people look it up in the logs: to the minute, in UTC. */
const clock = (time: Date): string => time.toISOString().slice(0, 16).replace('T', ' ');

function age(time: Date, now: Date): string {
  const hours = (now.getTime() - time.getTime()) / hourMs;
  if (hours < 1) return `${Math.max(0, Math.round(hours * 60))} min`;
  return hours < 48 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} d`;
}

export function listText(backups: readonly ListedBackup[], now: Date): string {
  const rows = backups.map((backup) => [
    ...[backup.problem === undefined ? '✓' : '✗', clock(backup.startedAt), age(backup.startedAt, now)],
    ...[kilobytes(backup.bytes), grouped(backup.tables), grouped(backup.rows)],
    ...[backup.revision ?? '–', grouped(backup.migrations), backup.key],
    backup.problem ?? '',
  ]);
  const head = ['', 'begun (UTC)', 'age', 'size', 'tables', 'rows', 'revision', 'migrations', 'key', 'no backup, why'];
  return formatTable(head, rows);
}

/** @returns undefined where there is nothing to warn of */
export function ageWarning(environment: string, newest: Date | undefined, now: Date): string | undefined {
  const remedy = `Make one: npm run backup -- now ${environment}`;
  if (newest === undefined) return `! ${environment} has no backup. ${remedy}`;
  const hours = Math.floor((now.getTime() - newest.getTime()) / hourMs);
  return hours < expectedHours
    ? undefined
    : `! The newest backup of ${environment} is ${hours} h old; the schedule makes one each night. ${remedy}`;
}

const signs = { passed: '✓', differs: '✗', 'not tried': '–' } as const;

export function examinationText(key: string, checks: readonly BackupCheck[]): string {
  const lines = checks.map(({ title, state, detail }) => `  ${signs[state]} ${title}: ${detail}`);
  const differences = checks.flatMap((check) => check.differences);
  const text = [key, ...lines];
  if (differences.length === 0) return text.join('\n');
  return [...text, '', 'It is not what its manifest says:', differenceTable(differences)].join('\n');
}
