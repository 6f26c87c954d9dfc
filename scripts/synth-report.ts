import { isPlaceholderAccount } from '../lib/config/accounts';
import { capacitySheet } from '../lib/config/capacity';
import type { EnvironmentConfig } from '../lib/config/environment';
import { hostShapes } from '../lib/config/instance-types';
import { type Timings, timingChains } from '../lib/config/timings';
import { limits, type StackSummary } from './assembly';
import { type Cell, formatTable } from './table';

const kilobytes = (bytes: number) => `${Math.ceil(bytes / 1000)} kB`;
const percent = (part: number, whole: number) => `${Math.ceil((part / whole) * 100)} %`;
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** Stacks by environment, with their share of CloudFormation's limits (500 resources, 1 MB). */
export function stackTable(stacks: readonly StackSummary[], packs: readonly string[]): string {
  const row = (environment: string, stack: StackSummary): Cell[] => [
    environment,
    stack.id,
    stack.region,
    stack.resources,
    percent(stack.resources, limits.resources),
    stack.stateful,
    ...packs.map((pack) => stack.acknowledged[pack] ?? 0),
    kilobytes(stack.templateBytes),
    percent(stack.templateBytes, limits.bytes),
  ];
  const rows = stacks.map((stack, index) => {
    const environment = stack.environment ?? 'per account';
    const before = stacks[index - 1];
    return row(before && (before.environment ?? 'per account') === environment ? '' : environment, stack);
  });
  const total: Cell[] = [
    'total',
    `${stacks.length} stacks`,
    '',
    sum(stacks.map(({ resources }) => resources)),
    '',
    sum(stacks.map(({ stateful }) => stateful)),
    ...packs.map((pack) => sum(stacks.map(({ acknowledged }) => acknowledged[pack] ?? 0))),
    kilobytes(sum(stacks.map(({ templateBytes }) => templateBytes))),
    '',
  ];
  const head = ['environment', 'stack', 'region', 'resources', 'of 500', 'stateful', ...packs, 'template', 'of 1 MB'];
  return formatTable(head, [...rows, total]);
}

/** What a release takes at its worst moment, and what there is. */
export function capacityTable(environments: readonly EnvironmentConfig[]): string {
  const rows = environments.map((env) => {
    const sheet = capacitySheet(env);
    const { min, max, instanceType } = env.hosts;
    return [
      env.name,
      `${instanceType} ${min}–${max}`,
      sheet.tasks.map(({ name, count }) => `${count} ${name}`).join(' + '),
      sheet.peakTasks,
      sheet.tasksPerHost,
      `${sheet.hostsNeeded} of ${max}`,
      `${sheet.peakConnections} of ${sheet.maxConnections}`,
      `${hostShapes[instanceType].networkInterfaces - 1}`,
    ];
  });
  return formatTable(
    [
      'environment',
      'hosts',
      'tasks at the peak of a release',
      'tasks',
      'a host holds',
      'hosts needed',
      'database connections',
      'interfaces a host',
    ],
    rows,
  );
}

/** The chains of timeouts, shortest first. */
export function timingLines(timings: Timings): string {
  const side = (keys: readonly (keyof Timings)[]) => keys.map((key) => `${key} ${timings[key]} s`).join(' + ');
  return timingChains.map(({ lower, upper }) => `  ${side(lower)} < ${side(upper)}`).join('\n');
}

/** What somebody has to fill in before a deployment, or nothing. */
export function placeholderLines(environments: readonly EnvironmentConfig[]): string[] {
  const accounts = [...new Set(environments.map(({ account }) => account).filter(isPlaceholderAccount))];
  if (accounts.length === 0) return [];
  return [
    `Not deployable yet, placeholder account ids: ${accounts.join(', ')}. Write yours into lib/config/accounts.ts.`,
  ];
}
