import type { Identity } from '../identity/tokens';
import type { Connection } from './connection';
import { type Frame, newEndId } from './envelope';
import type { Seat } from './sessions';

/** The other end, as this one sees it. */
export interface Peer {
  /** In order. When it has enough it pauses the connection of the end that speaks, and resumes it later. */
  take(data: Buffer, binary: boolean): void;
}

/** Of what a client says while nobody is there to hear it; a full screen is some ten kilobytes. */
const mostHeld = 65_536;
/** An empty frame takes memory, too. */
const frameOverhead = 128;
export const costOf = (data: Buffer): number => data.length + frameOverhead;

export interface EndProps {
  readonly seat: Seat;
  /** The higher one of two that claim a role is right. */
  readonly number: number;
  /** Whom a sign-out closes. */
  readonly identity: Identity;
  readonly connection: Connection;
}

/** A CLI or a browser, connected to this process, with a seat in its session. */
export class End {
  readonly seat: Seat;
  readonly number: number;
  readonly identity: Identity;
  readonly connection: Connection;
  /** A new one after each peer on another process: what was sent to the one before is for nobody. */
  id = newEndId();
  /** The highest number of the other role that was met. */
  peerNumber = 0;
  hasLeft = false;
  private current: Peer | undefined;
  private held: Frame[] = [];
  private heldCost = 0;

  constructor({ seat, number, identity, connection }: EndProps) {
    this.seat = seat;
    this.number = number;
    this.identity = identity;
    this.connection = connection;
  }

  get peer(): Peer | undefined {
    return this.current;
  }

  /** What its client says. */
  say(data: Buffer, binary: boolean): void {
    if (this.current) return void this.current.take(data, binary);
    this.held.push({ data, binary });
    this.heldCost += costOf(data);
    if (this.heldCost > mostHeld) this.connection.pause();
  }

  /** What was said while nobody was there comes first. */
  meet(peer: Peer): void {
    this.current = peer;
    const held = this.held;
    this.held = [];
    this.heldCost = 0;
    this.connection.resume();
    for (const { data, binary } of held) peer.take(data, binary);
  }

  part(): void {
    this.current = undefined;
    this.id = newEndId();
    this.connection.resume();
  }
}
