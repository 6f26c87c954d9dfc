import { checks } from './checks.mjs';
import { readConfiguration } from './configuration.mjs';
import { defaultTiming, runSmokeTest } from './smoke-test.mjs';

/** Milliseconds kept back to close sockets, write the last log line and answer ECS before Lambda ends the process. */
const reserve = 3_000;

/**
 * What ECS sends at each lifecycle stage, as far as it is logged here. The traffic weights are empty at
 * POST_TEST_TRAFFIC_SHIFT.
 *
 * @typedef {object} LifecycleHookEvent
 * @property {string} [executionId]
 * @property {string} [lifecycleStage]
 * @property {string} [resourceArn] The service deployment.
 * @property {{ serviceArn?: string, targetServiceRevisionArn?: string }} [executionDetails]
 */

/**
 * The Amazon ECS lifecycle hook for POST_TEST_TRAFFIC_SHIFT: SUCCEEDED lets production traffic shift to
 * green, FAILED takes the deployment back to blue before any user has met green.
 *
 * It never answers IN_PROGRESS. ECS would call again without a memory of what this run saw, for up to
 * a day by default, and a release that hangs is worse than one that is taken back: one invocation is
 * one verdict, and what needs time gets it inside the invocation.
 *
 * It never throws either. ECS rolls back then, too, but the deployment's record says only that the
 * hook broke, and not whether green or the hook was at fault.
 *
 * @param {LifecycleHookEvent} [event]
 * @param {{ getRemainingTimeInMillis?: () => number }} [context] The Lambda context.
 * @returns {Promise<{ hookStatus: import('./smoke-test.mjs').HookStatus }>}
 */
export async function handler(event, context) {
  const deployment = {
    lifecycleStage: event?.lifecycleStage,
    executionId: event?.executionId,
    serviceDeployment: event?.resourceArn,
    targetServiceRevision: event?.executionDetails?.targetServiceRevisionArn,
  };
  try {
    const configuration = readConfiguration(process.env, checks);
    const left = (context?.getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY) - reserve;
    const timing = { ...defaultTiming, budget: Math.max(0, Math.min(defaultTiming.budget, left)) };
    const { hookStatus, results } = await runSmokeTest(configuration, timing, log);
    const failed = results.filter(({ ok }) => !ok).map(({ check }) => check);
    log({ ...deployment, hookStatus, failed });
    return { hookStatus };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log({ ...deployment, hookStatus: 'FAILED', reason });
    return { hookStatus: 'FAILED' };
  }
}

/** @param {object} entry */
function log(entry) {
  console.log(JSON.stringify(entry));
}
