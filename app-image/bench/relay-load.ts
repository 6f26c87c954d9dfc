import { connect, type Socket } from 'node:net';
import { frame, opcodes } from '../test/terminal/frames';

/**
 * Load for a relay from a process of its own: `node relay-load.ts <job>`, one JSON line as its answer.
 *
 * Of each pair one client says the same frame over and over and the other one counts bytes. Neither masks nor parses
 * while it is measured, so that the load costs much less than the relay.
 */
export interface RelayJob {
  readonly pairs: readonly { readonly speaker: Caller; readonly listener: Caller }[];
  readonly frameBytes: number;
  readonly seconds: number;
}

export interface Caller {
  readonly port: number;
  /** Its first frame. */
  readonly hello: string;
}

export interface RelayResult {
  readonly messagesPerSecond: number;
  readonly megabytesPerSecond: number;
}

const path = '/api/terminal/relay';
const key = 'dGhlIHNhbXBsZSBub25jZQ==';
const upgrade = ['connection: upgrade', 'upgrade: websocket', 'sec-websocket-version: 13', `sec-websocket-key: ${key}`];
/** Before it is measured, all buffers on the way fill up. */
const settleMs = 500;
const blockBytes = 131_072;

/** Resolves when it has been told that its peer is there. */
function call({ port, hello }: Caller): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').setNoDelay(true);
  socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n${upgrade.join('\r\n')}\r\n\r\n`);
  let heard = '';
  return new Promise((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      const before = heard;
      heard += chunk.toString('latin1');
      if (!before.includes('\r\n\r\n') && heard.includes('\r\n\r\n')) socket.write(frame(opcodes.text, hello));
      if (!/"(peer|state)":"connected"/.test(heard)) return;
      socket.off('data', hear);
      resolve(socket);
    };
    socket.on('data', hear);
    socket.once('close', () => reject(new Error(`the relay closed: ${heard}`)));
  });
}

async function main({ pairs, frameBytes, seconds }: RelayJob): Promise<RelayResult> {
  let received = 0;
  const said = frame(opcodes.binary, Buffer.alloc(frameBytes, 'x'));
  const block = Buffer.concat(Array(Math.max(1, Math.round(blockBytes / said.length))).fill(said));
  // As it arrives: without the mask.
  const arrivingBytes = said.length - 4;

  for (const { speaker, listener } of pairs) {
    const [speaking, listening] = await Promise.all([call(speaker), call(listener)]);
    listening.on('data', ({ length }: Buffer) => {
      received += length;
    });
    const say = () => {
      while (speaking.write(block));
    };
    speaking.on('drain', say);
    setImmediate(say);
  }

  await new Promise((resolve) => setTimeout(resolve, settleMs));
  const [before, began] = [received, performance.now()];
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const messagesPerSecond = (received - before) / arrivingBytes / ((performance.now() - began) / 1000);
  return { messagesPerSecond, megabytesPerSecond: (messagesPerSecond * frameBytes) / 1e6 };
}

main(JSON.parse(process.argv[2] ?? '')).then(
  (result) => {
    console.log(JSON.stringify(result));
    process.exit(0);
  },
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);
