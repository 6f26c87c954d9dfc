import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Farewell, RelayMessage } from './protocol';

/** Unsent bytes, past those in the kernel, from which on a client has enough for now. */
const enoughBytes = 262_144;
/** The same in frames: thousands of tiny ones take more memory than their bytes. */
const enoughFrames = 4_096;
/**
 * Of one client in one turn of the event loop. Node reads 32 times before it looks at anything else, which is 2 MB: of
 * tiny frames that is a second in which this process would do nothing else, and count Redis as away.
 */
const framesInTurn = 512;

/** The WebSocket of a client. */
export class Connection {
  private unsentFrames = 0;
  private afterDrain: (() => void) | undefined;
  private corked = false;
  private heardInTurn = 0;
  /** Two may want that nothing is read: its peer, and fairness. */
  private peerIsBehind = false;
  private rests = false;

  constructor(
    private readonly ws: WebSocket,
    private readonly socket: Socket,
  ) {
    const count = () => this.countHeard();
    ws.on('message', count).on('ping', count).on('pong', count);
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
    this.cork();
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
    if (!this.isOpen) return;
    this.peerIsBehind = true;
    this.ws.pause();
  }

  resume(): void {
    this.peerIsBehind = false;
    this.readOn();
  }

  /** Its own goodbye is still heard. */
  close({ code, reason }: Farewell): void {
    if (!this.isOpen) return;
    this.ws.close(code, reason);
    this.resume();
  }

  /** Of all that it says yet nothing is kept. Not destroyed: a reset could overtake the reason. */
  closeUnheard(farewell: Farewell): void {
    this.close(farewell);
    this.socket.removeAllListeners('data').resume().end();
  }

  private readOn(): void {
    if (!this.peerIsBehind && !this.rests) this.ws.resume();
  }

  private countHeard(): void {
    this.heardInTurn += 1;
    if (this.heardInTurn === 1)
      setImmediate(() => {
        this.heardInTurn = 0;
        this.rests = false;
        this.readOn();
      });
    if (this.heardInTurn < framesInTurn || this.rests) return;
    this.rests = true;
    this.ws.pause();
  }

  /** All frames of one turn in one call of the kernel: for small ones that is most of the work. */
  private cork(): void {
    if (this.corked) return;
    this.corked = true;
    this.socket.cork();
    process.nextTick(() => {
      this.corked = false;
      this.socket.uncork();
    });
  }
}
