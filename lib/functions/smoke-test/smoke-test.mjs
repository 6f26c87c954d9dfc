import { setTimeout as sleep } from 'node:timers/promises';
import { attempt } from './attempts.mjs';

/** @import { Configuration } from './configuration.mjs' */
/** @import { CheckResult } from './attempts.mjs' */
/** @typedef {'SUCCEEDED' | 'FAILED'} HookStatus */

/**
 * Milliseconds, except for the two counts.
 *
 * @typedef {object} Timing
 * @property {number} settle Before the first request.
 * @property {number} requestTimeout
 * @property {number} attempts At most, for each check.
 * @property {number} consecutive Good answers in a row that a check takes to pass.
 * @property {number} interval Between two of them.
 * @property {number} backoff After a check's first failure; doubles with each further one.
 * @property {number} budget For everything.
 */

/**
 * Green has passed the target group's health check before this stage, so it is given some seconds to
 * warm up, not minutes. A check ends after at most 5 failures: 5 × 5 s and 1 + 2 + 4 + 8 s between
 * them, 45 s with `settle` when green never answers, which is well inside the budget.
 *
 * One good answer proves little: a green that answers one time in five would mostly find it within seven
 * attempts. Three in a row leave it about 3 chances in 100 for each check, and it has to pass every one
 * of them; so they all ask for it, not health alone. Failing on the first bad answer would be stricter
 * still, but then one lost packet takes a sound release back.
 *
 * `settle`: the listener rule's new weights take a few seconds to reach every node of the load balancer,
 * and until then the test rule may answer from blue, which passes. Nothing in the event tells the two
 * apart, as a container doesn't know its service revision's ARN. Waiting makes it unlikely;
 * EXPECTED_REVISION, with an image that reports its revision, lets the health check see it.
 *
 * @type {Readonly<Timing>}
 */
export const defaultTiming = {
  settle: 5_000,
  requestTimeout: 5_000,
  attempts: 7,
  consecutive: 3,
  interval: 1_000,
  backoff: 1_000,
  budget: 90_000,
};

/**
 * Runs all checks, whatever the others say, and reports each. They run side by side, because one that
 * hangs would otherwise use up the time of those after it, and they would be reported as failures.
 *
 * @param {Configuration} configuration
 * @param {Timing} [timing]
 * @param {(entry: CheckResult) => void} [report] Called as each check ends.
 * @returns {Promise<{ hookStatus: HookStatus, results: CheckResult[] }>} the results in the checks' order
 */
export async function runSmokeTest(configuration, timing = defaultTiming, report = () => {}) {
  const deadline = performance.now() + timing.budget;
  await sleep(Math.min(timing.settle, timing.budget));
  const results = await Promise.all(
    configuration.checks.map(async (check) => {
      const result = await attempt(check, configuration, timing, deadline);
      report(result);
      return result;
    }),
  );
  // `every` is true of no checks at all, which would let anything pass.
  const passed = results.length > 0 && results.every(({ ok }) => ok);
  return { hookStatus: passed ? 'SUCCEEDED' : 'FAILED', results };
}
