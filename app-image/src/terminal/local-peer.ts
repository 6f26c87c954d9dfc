import type { End, Peer } from './end';

/** An end on the same process: nothing goes through Redis. */
export class LocalPeer implements Peer {
  constructor(
    private readonly speaker: End,
    readonly end: End,
  ) {}

  take(data: Buffer, binary: boolean): void {
    const { connection } = this.end;
    connection.send(data, binary);
    if (!connection.isBehind) return;
    this.speaker.connection.pause();
    connection.whenCaughtUp(() => {
      if (this.speaker.peer === this) this.speaker.connection.resume();
    });
  }
}
