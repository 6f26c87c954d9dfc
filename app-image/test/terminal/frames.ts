import { createHash } from 'node:crypto';

/** Data in frames of all sizes up to 200 kB, the same for the same seed. */
export function randomFrames(atLeast: number, seed: number) {
  const random = randomNumbers(seed);
  const frames: Buffer[] = [];
  const hash = createHash('sha256');
  let bytes = 0;
  while (bytes < atLeast) {
    // Most are small, as what is typed and printed is.
    const length = Math.floor(random() * (random() < 0.1 ? 200_000 : 400));
    const frame = Buffer.alloc(length, `${random()}`);
    frames.push(frame);
    hash.update(frame);
    bytes += length;
  }
  return { frames, bytes, digest: hash.digest('hex') };
}

/** A linear congruential generator, with the numbers of Numerical Recipes. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

interface FrameOptions {
  /** @default true */
  readonly final?: boolean;
  /** Reserved bits, 0 to 7. @default 0 */
  readonly reserved?: number;
  /** @default true, as a client has to */
  readonly masked?: boolean;
  /** What the frame says of its length. @default - the truth */
  readonly length?: number;
  /** Bytes of the extended length: more than needed is wrong. @default - as few as possible */
  readonly lengthBytes?: 0 | 2 | 8;
}

/** One frame of a client as it goes over the wire, right or wrong. */
export function frame(opcode: number, payload: Buffer | string, options: FrameOptions = {}): Buffer {
  const { final = true, reserved = 0, masked = true } = options;
  const body = Buffer.from(payload);
  const length = options.length ?? body.length;
  const lengthBytes = options.lengthBytes ?? (length < 126 ? 0 : length < 65_536 ? 2 : 8);
  const head = Buffer.alloc(2 + lengthBytes);
  head[0] = (final ? 0x80 : 0) | (reserved << 4) | opcode;
  head[1] = (masked ? 0x80 : 0) | (lengthBytes === 0 ? length & 127 : lengthBytes === 2 ? 126 : 127);
  if (lengthBytes === 2) head.writeUInt16BE(length & 65_535, 2);
  if (lengthBytes === 8) head.writeBigUInt64BE(BigInt(length), 2);
  if (!masked) return Buffer.concat([head, body]);
  const mask = Buffer.from([1, 2, 3, 4]);
  return Buffer.concat([head, mask, body.map((byte, index) => byte ^ (mask[index % 4] ?? 0))]);
}
