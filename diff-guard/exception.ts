import { ruleIds } from './rules/verdict-table';

export interface Exception {
  /** Names of environments; `account` for what is deployed once per account. */
  readonly environments: readonly string[];
  /** Within its environment: `data`; or a stack per account: `delivery-000000000001`. */
  readonly stack: string;
  /** The construct's path below its stack, its logical id, or what the report calls it. */
  readonly resource: string;
  /** The row of the verdict table: `stateful-replaced`. */
  readonly rule: string;
  /** A sentence. */
  readonly reason: string;
  /** The last day on which it holds (UTC): `2027-06-01`. */
  readonly expires: string;
}

export interface Excusable {
  readonly environment: string | undefined;
  readonly stack: string;
  readonly rule: string;
  readonly resource: string;
  readonly logicalId?: string;
}

export const excuses = (exception: Exception, found: Excusable): boolean =>
  exception.environments.includes(found.environment ?? 'account') &&
  exception.stack === found.stack &&
  exception.rule === found.rule &&
  (exception.resource === found.resource || exception.resource === found.logicalId);

/** @param today as `2027-06-01` */
export const isExpired = ({ expires }: Exception, today: string): boolean => expires < today;

export const exceptionName = ({ environments, stack, resource, rule }: Exception): string =>
  `${environments.join(', ')}: ${stack}/${resource} ${rule}`;

/** Half a year: who needs longer decides anew. */
const longestDays = 183;

/** What is wrong with the exceptions themselves, before anything is compared. */
export function exceptionFailures(exceptions: readonly Exception[], today: string): string[] {
  return exceptions.flatMap((exception, index) => {
    const { environments, reason, rule, expires, resource, stack } = exception;
    const failures: string[] = [];
    if (environments.length === 0) failures.push('environments is empty; name one, or "account" for delivery');
    if (stack.trim() === '' || resource.trim() === '') failures.push('stack and resource have to be named');
    if (!ruleIds.includes(rule))
      failures.push(`rule "${rule}" is no row of the verdict table; allowed: ${ruleIds.join(', ')}`);
    if (reason.trim().length < 40 || !/[.]$/.test(reason.trim()))
      failures.push(`reason "${reason}" convinces nobody; write a sentence of at least 40 characters`);
    if (!/^\d{4}-\d{2}-\d{2}$/.test(expires) || Number.isNaN(Date.parse(expires)))
      failures.push(`expires "${expires}" is no date; write it as 2027-06-01`);
    else if (Date.parse(expires) - Date.parse(today) > longestDays * 86_400_000)
      failures.push(`expires "${expires}" is more than ${longestDays} days away; choose a nearer day`);
    return failures.map((failure) => `diff-guard/exceptions.ts, ${index + 1}. exception: ${failure}.`);
  });
}
