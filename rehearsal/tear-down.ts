/** Ends what was started, the last first, whatever went wrong in between. */
export class TearDown {
  private readonly steps: (() => unknown)[] = [];
  private ending = false;

  /**
   * Starts a part that ends with all others, also when it is still starting by then.
   *
   * @throws once they are being ended: of what is started together, some may be slower than the one that failed
   */
  async start<Part>(start: () => Part | Promise<Part>, end: (part: Part) => unknown): Promise<Part> {
    if (this.ending) throw new Error('Everything is being ended, so nothing more is started.');
    const started = (async () => start())();
    // Whoever starts it hears of its failure.
    this.steps.unshift(() => started.then(end, () => {}));
    return started;
  }

  /** @throws the first error, when all have had their turn */
  async run(): Promise<void> {
    this.ending = true;
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
