import type { Exception } from './exception';

/**
 * What is to happen although the verdict table calls it red or amber, each with the reason that a reviewer believes.
 * One that matches nothing, or is past its day, fails: take it out once what it excuses is deployed.
 *
 * @example
 *   {
 *     environments: ['staging'],
 *     stack: 'storage',
 *     resource: 'Storage/Courses',
 *     rule: 'stateful-orphaned',
 *     reason: 'Courses moved to the vendor in March; the bucket is emptied and deleted by hand on 1 June.',
 *     expires: '2027-06-01',
 *   }
 */
export const exceptions: readonly Exception[] = [];
