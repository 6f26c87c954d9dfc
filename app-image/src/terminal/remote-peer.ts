import { costOf, type End, type Peer } from './end';
import * as envelope from './envelope';

/**
 * What one end may send before the other has said that it got some of it, so that nothing but this piles up in Redis
 * or in a process: enough for 100 MB/s at two milliseconds there and back.
 */
const windowBytes = 262_144;
/** Said in quarters: a word for each frame would cost as much as the frame. */
const grantFromBytes = windowBytes / 4;
const batchBytes = 65_536;

export interface RemotePeerProps {
  readonly id: string;
  readonly process: string;
  readonly end: End;
  /** Publishes in the peer's channel. */
  readonly publish: (message: Buffer) => void;
}

/** An end on another process, spoken to through Redis. */
export class RemotePeer implements Peer {
  readonly id: string;
  readonly process: string;
  private readonly own: string;
  private readonly end: End;
  private credit = windowBytes;
  private batch: envelope.Frame[] = [];
  private batched = 0;
  private owed = 0;

  constructor(private readonly props: RemotePeerProps) {
    this.id = props.id;
    this.process = props.process;
    this.end = props.end;
    this.own = props.end.id;
  }

  take(data: Buffer, binary: boolean): void {
    // All frames of one read from the socket come in one turn, and go as one message.
    if (this.batch.push({ data, binary }) === 1) queueMicrotask(() => this.flush());
    const cost = costOf(data);
    this.batched += cost;
    this.credit -= cost;
    if (this.credit <= 0) this.end.connection.pause();
    if (this.batched >= batchBytes) this.flush();
  }

  flush(): void {
    if (this.batch.length === 0) return;
    const frames = this.batch;
    this.batch = [];
    this.batched = 0;
    this.props.publish(envelope.data(this.own, this.id, frames));
  }

  /** The other end has got so much of what it was sent. */
  granted(bytes: number): void {
    this.credit += bytes;
    if (this.credit > 0) this.end.connection.resume();
  }

  /** What the other end says. */
  deliver(frames: Buffer): void {
    envelope.eachFrame(frames, (data, binary) => {
      this.end.connection.send(data, binary);
      this.owed += costOf(data);
    });
    this.settle();
  }

  private settle(): void {
    if (this.end.peer !== this) return;
    if (this.end.connection.isBehind) this.end.connection.whenCaughtUp(() => this.settle());
    else if (this.owed >= grantFromBytes) {
      this.props.publish(envelope.credit(this.own, this.id, this.owed));
      this.owed = 0;
    }
  }
}
