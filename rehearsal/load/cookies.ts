interface Cookie {
  readonly value: string;
  /** Milliseconds since 1970. @default - with the session */
  readonly until?: number;
}

/** What a browser keeps of one host's cookies: names, values and when they end. */
export class Cookies {
  private readonly kept = new Map<string, Cookie>();

  constructor(private readonly now: () => number = Date.now) {}

  /** @param headers those of `Set-Cookie` */
  keep(headers: readonly string[] = []): void {
    for (const header of headers) {
      const [pair = '', ...attributes] = header.split(';').map((part) => part.trim());
      const equals = pair.indexOf('=');
      if (equals > 0)
        this.kept.set(pair.slice(0, equals), { value: pair.slice(equals + 1), until: this.end(attributes) });
    }
  }

  /** For the next request; undefined when there is nothing to say. */
  header(): string | undefined {
    for (const [name, { until }] of this.kept) if (until !== undefined && until <= this.now()) this.kept.delete(name);
    if (this.kept.size === 0) return undefined;
    return Array.from(this.kept, ([name, { value }]) => `${name}=${value}`).join('; ');
  }

  /** Max-Age goes before Expires, as in RFC 6265. */
  private end(attributes: readonly string[]): number | undefined {
    const attribute = (name: string) =>
      attributes.find((each) => each.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1);
    const [maxAge, expires] = [attribute('max-age'), attribute('expires')];
    if (maxAge !== undefined && Number.isFinite(Number(maxAge))) return this.now() + Number(maxAge) * 1000;
    const date = Date.parse(expires ?? '');
    return Number.isNaN(date) ? undefined : date;
  }
}
