import type { TaskSet } from './task-set';

/** Seconds of the laptop, for tasks that neither fail nor get healthy. CloudFormation would wait for three hours. */
const LONGEST_WAIT = 180;

/** Says why it is not worth to wait any longer. */
export type Patience = (set: TaskSet) => string | undefined;

/**
 * ECS has no end for tasks of a blue/green deployment that never get healthy: a container that exits at once shows in no
 * alarm, and ECS would start it again until CloudFormation gives up after three hours. When every task has failed
 * twice, the third time shows nothing new.
 */
export const untilEveryTaskFailedTwice = (): Patience =>
  atMost(({ failures, desiredCount }) => failures.length >= 2 * desiredCount);

/**
 * ECS's circuit breaker, which is for rolling deployments only: half the desired count, at least 3 and at most 200
 * failures with no task getting healthy in between.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
export const untilCircuitBreaks = (desiredCount: number): Patience =>
  atMost(({ consecutiveFailures }) => consecutiveFailures >= circuitBreakerThreshold(desiredCount));

export const circuitBreakerThreshold = (desiredCount: number): number =>
  Math.min(200, Math.max(3, Math.ceil(desiredCount / 2)));

function atMost(failedTooOften: (set: TaskSet) => boolean): Patience {
  const beganAt = performance.now();
  return (set) => {
    if (failedTooOften(set)) return describeFailures(set);
    return performance.now() - beganAt < LONGEST_WAIT * 1000
      ? undefined
      : describeFailures(set, `after ${LONGEST_WAIT} s`);
  };
}

/** Characters of a line. A start-up report of some thousand says little to whoever reads why a task failed. */
const LONGEST_LINE = 600;

const shortened = (lines: string): string =>
  lines
    .trimEnd()
    .split('\n')
    .map((line) => (line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line))
    .join('\n');

/** With the last one's own last words, which mostly say what is wrong. */
function describeFailures({ description, failures, tasks, healthyCount, desiredCount }: TaskSet, when = ''): string {
  const { role } = description.service;
  const what = [`${role} never got healthy: ${healthyCount} of ${desiredCount} tasks are`, when]
    .filter(Boolean)
    .join(' ');
  const last = failures.at(-1);
  if (last !== undefined)
    return `${what}, ${failures.length} have failed. ${last.task} was replaced because ${last.reason}. Its last lines:\n${shortened(last.lastLines)}`;
  const task = tasks.at(-1);
  return task === undefined
    ? `${what}, and none has started.`
    : `${what}, and none has failed. The last lines of ${task.id}:\n${shortened(task.lastLines(20))}`;
}
