import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Run } from './program';

/** Bytes that went by, and what they were. */
export class Meter {
  bytes = 0;
  private readonly hash = createHash('sha256');

  count(chunk: Buffer): Buffer {
    this.bytes += chunk.length;
    this.hash.update(chunk);
    return chunk;
  }

  /** Once, at the end. */
  sha256(): string {
    return this.hash.digest('hex');
  }
}

/** All of a program's output; it ends only if the program ended well, so that what is cut off is not taken for whole. */
export async function* output({ stdout, done }: Run, meter: Meter): AsyncGenerator<Buffer> {
  for await (const chunk of stdout) yield meter.count(chunk);
  await done;
}

export interface Fed {
  readonly bytes: number;
  readonly sha256: string;
  /** Why the program failed, if it did. */
  readonly complaint: string | undefined;
}

/** Sends all of it through a program, and reads on where the program gives up: what was sent is known either way. */
export async function feed(
  source: AsyncIterable<Buffer>,
  { stdin, stdout, done }: Run,
  signal: AbortSignal,
): Promise<Fed> {
  const meter = new Meter();
  stdout.resume();
  const ended = new AbortController();
  const complaint = done.then(
    () => undefined,
    ({ message }: Error) => message,
  );
  const over = complaint.finally(() => ended.abort());
  try {
    for await (const chunk of source) {
      signal.throwIfAborted();
      meter.count(chunk);
      if (ended.signal.aborted || stdin.write(chunk)) continue;
      await once(stdin, 'drain', { signal: ended.signal }).catch(() => {});
    }
  } finally {
    // Also where the source fails: the program sees an archive that is cut off, and ends.
    stdin.end();
    await over;
  }
  return { bytes: meter.bytes, sha256: meter.sha256(), complaint: await complaint };
}
