/** Nobody was let in, nor into the line. */
export class LineTooLong extends Error {
  override readonly name = 'LineTooLong';
}

/** Lets a number of tasks run at once; the others wait in line, as long as that is. */
export class Gate {
  private readonly waiting: (() => void)[] = [];
  private free: number;

  constructor(
    places: number,
    private readonly longestLine: number,
  ) {
    this.free = places;
  }

  /** @throws LineTooLong */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else if (this.waiting.length >= this.longestLine) throw new LineTooLong();
    else await new Promise<void>((enter) => this.waiting.push(enter));
    try {
      return await task();
    } finally {
      // A place goes straight to the next in line, so that nobody who comes in between takes it.
      const next = this.waiting.shift();
      if (next) next();
      else this.free += 1;
    }
  }
}
