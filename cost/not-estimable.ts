/** What keeps something from being estimated at all: exit code 70, never a small sum. */
export class NotEstimable extends Error {}
