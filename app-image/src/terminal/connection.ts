import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Farewell, RelayMessage } from './protocol';

/** Unsent bytes, past those in the kernel, from which on a client has enough for now. */
const enoughBytes = 262_144;
/** The same in frames: thousands of tiny ones take more memory than their bytes. */
const enoughFrames = 4_096;

/** The WebSocket of a client. */
export class Connection {
  private unsentFrames = 0;
  private afterDrain: (() => void) | undefined;

  constructor(
    private readonly ws: WebSocket,
    private readonly socket: Socket,
  ) {
    socket.on('drain', () => {
      this.unsentFrames = 0;
      const then = this.afterDrain;
      this.afterDrain = undefined;
      then?.();
    });
  }

  get isOpen(): boolean {
    return this.ws.readyState === this.ws.OPEN;
  }

  send(data: Buffer, binary: boolean): void {
    if (!this.isOpen) return;
    this.ws.send(data, { binary });
    if (this.socket.writableLength === 0) this.unsentFrames = 0;
    else this.unsentFrames += 1;
  }

  tell(message: RelayMessage): void {
    if (this.isOpen) this.ws.send(JSON.stringify(message));
  }

  /** The client reads more slowly than it is sent to. */
  get isBehind(): boolean {
    // Without it no drain would come.
    if (!this.socket.writableNeedDrain) return false;
    return this.socket.writableLength > enoughBytes || this.unsentFrames > enoughFrames;
  }

  /** Once, as soon as it is not behind any more. The last caller's is called. */
  whenCaughtUp(then: () => void): void {
    this.afterDrain = then;
  }

  /** What the client says waits, first in the kernel and then in the client. */
  pause(): void {
    this.ws.pause();
  }

  resume(): void {
    if (this.isOpen) this.ws.resume();
  }

  /** Its own goodbye is still heard. */
  close({ code, reason }: Farewell): void {
    if (!this.isOpen) return;
    this.ws.close(code, reason);
    this.ws.resume();
  }

  /** Of all that it says yet nothing is kept. Not destroyed: a reset could overtake the reason. */
  closeUnheard(farewell: Farewell): void {
    this.close(farewell);
    this.socket.removeAllListeners('data').resume().end();
  }
}
