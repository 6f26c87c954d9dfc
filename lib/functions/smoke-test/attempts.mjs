import { setTimeout as sleep } from 'node:timers/promises';

/** @import { Configuration } from './configuration.mjs' */
/** @import { Check } from './checks.mjs' */
/** @import { Timing } from './smoke-test.mjs' */

/**
 * @typedef {object} CheckResult
 * @property {string} check
 * @property {boolean} ok
 * @property {number} attempts
 * @property {number} ms
 * @property {string} [reason] Of the last failed attempt; a check that is ok has none.
 */

/**
 * Repeats a check until it was good often enough in a row. It ends early when the attempts left can't
 * get it there any more, so that a dead green is taken back without waiting for nothing.
 *
 * @param {Check} check
 * @param {Configuration} configuration
 * @param {Timing} timing
 * @param {number} deadline In the time of `performance.now()`.
 * @returns {Promise<CheckResult>}
 */
export async function attempt(check, configuration, timing, deadline) {
  const started = performance.now();
  let attempts = 0;
  let failures = 0;
  let inARow = 0;
  let reason = '';

  while (inARow < timing.consecutive && attempts + timing.consecutive - inARow <= timing.attempts) {
    const pause = attempts === 0 ? 0 : inARow > 0 ? timing.interval : timing.backoff * 2 ** (failures - 1);
    const left = Math.floor(deadline - performance.now() - pause);
    if (left <= 0) {
      reason = `the time budget of ${timing.budget} ms is used up${reason && `; last failure: ${reason}`}`;
      break;
    }
    await sleep(pause);
    attempts += 1;
    try {
      await check.run(configuration, Math.min(timing.requestTimeout, left));
      inARow += 1;
    } catch (error) {
      failures += 1;
      inARow = 0;
      // Green may echo what it was sent, the test header's value included.
      reason = describe(error).replaceAll(configuration.testHeader.value, '***');
    }
  }

  const ok = inARow >= timing.consecutive;
  const result = { check: check.name, ok, attempts, ms: Math.round(performance.now() - started) };
  return ok ? result : { ...result, reason };
}

/**
 * A refused connection to a host with several addresses is an AggregateError with a code and no message.
 *
 * @param {unknown} error
 */
function describe(error) {
  if (!(error instanceof Error)) return String(error);
  const { code } = /** @type {NodeJS.ErrnoException} */ (error);
  return error.message || code || error.name;
}
