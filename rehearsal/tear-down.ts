/** Ends what was started, the last first, whatever went wrong in between. */
export class TearDown {
  private readonly steps: (() => unknown)[] = [];

  add(step: () => unknown): void {
    this.steps.unshift(step);
  }

  /** @throws the first error, when all have had their turn */
  async run(): Promise<void> {
    const errors: unknown[] = [];
    for (const step of this.steps.splice(0))
      try {
        await step();
      } catch (error) {
        errors.push(error);
      }
    if (errors.length > 0) throw errors[0];
  }
}
