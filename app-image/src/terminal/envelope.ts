import { randomBytes } from 'node:crypto';

/**
 * What processes say to each other about one session, each in the channel of the end it is for: a letter for the kind,
 * the id of the end it comes from, the id of the one it is for, and the rest.
 */
export type Envelope =
  /** An end is there: `to` is empty for whoever has the role, or the end that it answers. */
  | {
      readonly kind: 'here';
      readonly from: string;
      readonly to: string;
      readonly number: number;
      readonly seat: string;
    }
  | { readonly kind: 'data'; readonly from: string; readonly to: string; readonly frames: Buffer }
  /** So many more bytes may be sent. */
  | { readonly kind: 'credit'; readonly from: string; readonly to: string; readonly bytes: number }
  | { readonly kind: 'gone'; readonly from: string; readonly to: string }
  /** The session's record in Redis is not what it was. */
  | { readonly kind: 'changed' };

const letters = { here: 'H', data: 'D', credit: 'C', gone: 'G' } as const;
export const changed = 'X';

const idBytes = 8;
const headBytes = 1 + 2 * idBytes;
const frameHeadBytes = 5;
const nobody = '\0'.repeat(idBytes);

/** One character a byte. Never used twice, so that what is late finds nobody. */
export const newEndId = (): string => randomBytes(idBytes).toString('latin1');

export interface Frame {
  readonly data: Buffer;
  readonly binary: boolean;
}

function envelope(kind: keyof typeof letters, from: string, to: string, bodyBytes: number): Buffer {
  const message = Buffer.allocUnsafe(headBytes + bodyBytes);
  message.write(letters[kind] + from + (to || nobody), 'latin1');
  return message;
}

export function here(from: string, to: string, number: number, seat: string): Buffer {
  const message = envelope('here', from, to, 4 + seat.length);
  message.writeUInt32BE(number, headBytes);
  message.write(seat, headBytes + 4, 'latin1');
  return message;
}

export function data(from: string, to: string, frames: readonly Frame[]): Buffer {
  let bytes = 0;
  for (const frame of frames) bytes += frameHeadBytes + frame.data.length;
  const message = envelope('data', from, to, bytes);
  let offset = headBytes;
  for (const frame of frames) {
    message[offset] = frame.binary ? 1 : 0;
    message.writeUInt32BE(frame.data.length, offset + 1);
    frame.data.copy(message, offset + frameHeadBytes);
    offset += frameHeadBytes + frame.data.length;
  }
  return message;
}

export function credit(from: string, to: string, bytes: number): Buffer {
  const message = envelope('credit', from, to, 4);
  message.writeUInt32BE(bytes, headBytes);
  return message;
}

export const gone = (from: string, to: string): Buffer => envelope('gone', from, to, 0);

/** Undefined for what no process of ours has sent. */
export function open(message: Buffer): Envelope | undefined {
  const letter = String.fromCharCode(message[0] ?? 0);
  if (letter === changed) return { kind: 'changed' };
  if (message.length < headBytes) return undefined;
  const from = message.toString('latin1', 1, 1 + idBytes);
  const addressee = message.toString('latin1', 1 + idBytes, headBytes);
  const to = addressee === nobody ? '' : addressee;
  const body = message.subarray(headBytes);
  if (letter === letters.data) return { kind: 'data', from, to, frames: body };
  if (letter === letters.gone) return { kind: 'gone', from, to };
  if (body.length < 4) return undefined;
  const number = body.readUInt32BE(0);
  if (letter === letters.credit) return { kind: 'credit', from, to, bytes: number };
  if (letter === letters.here) return { kind: 'here', from, to, number, seat: body.toString('latin1', 4) };
  return undefined;
}

/** As they were sent. One that breaks off is left out, with all after it. */
export function eachFrame(frames: Buffer, take: (data: Buffer, binary: boolean) => void): void {
  let offset = 0;
  while (offset + frameHeadBytes <= frames.length) {
    const begin = offset + frameHeadBytes;
    const end = begin + frames.readUInt32BE(offset + 1);
    if (end > frames.length) return;
    take(frames.subarray(begin, end), frames[offset] === 1);
    offset = end;
  }
}
