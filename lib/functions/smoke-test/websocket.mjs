import { randomBytes } from 'node:crypto';

/** Milliseconds. The verdict is known by now: this is manners, not a check. */
const closeTimeout = 1_000;

/**
 * Sends a Close frame with code 1000 (masked, as RFC 6455 asks of a client) and waits for the server to
 * end the connection. A socket that is only cut shows as an abnormal closure (1006) in green's logs and
 * metrics, and the first errors after a release would be our own.
 *
 * @param {import('node:stream').Duplex} socket
 */
export async function closePolitely(socket) {
  const mask = randomBytes(4);
  const code = Buffer.from([1000 >> 8, 1000 & 0xff]);
  const frame = Buffer.concat([
    Buffer.from([0x88, 0x80 | code.length]),
    mask,
    code.map((byte, i) => byte ^ mask.readUInt8(i)),
  ]);

  if (!socket.closed) {
    const timer = setTimeout(() => socket.destroy(), closeTimeout);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.resume();
    socket.write(frame);
    await closed;
    clearTimeout(timer);
  }
}
