/**
 * How long a run may be quiet before another one may begin. Between two signs of life lies one page at most: each of
 * its tries up to the timeout, and the waits between them that the other side asks for. The shortest interval is no
 * shorter, so that a run whose process died is made up for by the next one.
 */
export const leaseSeconds = 300;
export const pageTries = 4;
export const pageTimeoutMs = 15_000;
export const longestWaitMs = 60_000;

export const shortestIntervalMinutes = 5;
export const longestIntervalMinutes = 7 * 24 * 60;

/** Learners who joined while the last run was at work, or whose clock is behind ours, are asked for again. */
export const overlapMinutes = 60;
