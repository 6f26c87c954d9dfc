import type { Logger } from './log';

const saidEveryMs = 10_000;

/** Says what goes on without a dependency: at most every ten seconds, as every request could say it again. */
export class Outage {
  private saidAt = Number.NEGATIVE_INFINITY;
  private unsaid = 0;

  constructor(
    private readonly log: Logger,
    private readonly message: string,
  ) {}

  note(error: Error): void {
    this.unsaid += 1;
    if (performance.now() - this.saidAt < saidEveryMs) return;
    this.log.warn({ reason: error.message, times: this.unsaid }, this.message);
    this.saidAt = performance.now();
    this.unsaid = 0;
  }
}
