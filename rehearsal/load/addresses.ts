/** A network of this many addresses is more than a rehearsal uses up. */
const most = 2 ** 24;

/** IPv4 addresses of 10.0.0.0/8, each once: whoever is counted by address begins at zero. */
export class Addresses {
  private last = 0;

  next(): string {
    this.last += 1;
    if (this.last >= most)
      throw new Error(`All ${most} addresses of 10.0.0.0/8 are used up: make the rehearsal shorter.`);
    return `10.${this.last >> 16}.${(this.last >> 8) & 255}.${this.last & 255}`;
  }
}
