import type { Logger } from '../log';
import { Outage } from '../outage';
import type { RedisConnections } from '../redis/redis';
import { Bus } from './bus';
import type { End } from './end';
import * as envelope from './envelope';
import { channelOf } from './keys';
import { LocalPeer } from './local-peer';
import { Presence, type PresenceTimings } from './presence';
import { type Farewell, farewells, otherRole } from './protocol';
import { RemotePeer } from './remote-peer';
import { processOf, type Sessions } from './sessions';

export interface SwitchboardTimings extends PresenceTimings {
  /** Within this time an end notices that its session has expired; and what was missed is made good. */
  readonly sweepEveryMs: number;
}

export const switchboardTimings: SwitchboardTimings = {
  beatEveryMs: 2_000,
  aliveForMs: 6_000,
  sweepEveryMs: 10_000,
};

export interface SwitchboardProps {
  readonly sessions: Sessions;
  readonly redis: RedisConnections;
  readonly log: Logger;
  readonly timings: SwitchboardTimings;
}

/** The ends that are connected to this process, each joined with its peer, wherever that is. */
export class Switchboard {
  readonly bus: Bus;
  private readonly ends = new Map<string, End>();
  private readonly presence: Presence;
  private readonly outage: Outage;
  private readonly sweeping: NodeJS.Timeout;
  private closed = false;

  constructor(private readonly props: SwitchboardProps) {
    this.outage = new Outage(props.log, 'redis is away: terminals stay where they are');
    this.bus = new Bus({
      redis: props.redis,
      onMessage: (channel, message) => this.hear(channel, message),
      onReady: () => this.presence.beat(),
      onLost: () => this.presence.cutOff(),
    });
    this.presence = new Presence({
      ...props,
      bus: this.bus,
      others: () => this.remote.map(({ peer }) => peer.process),
      onGone: (processes) => this.partFrom(processes),
      onCutOff: () => {
        for (const { end } of this.remote) this.unpair(end);
      },
      onBack: () => this.sweep(),
    });
    this.sweeping = setInterval(() => this.sweep(), props.timings.sweepEveryMs).unref();
  }

  /** Whether whoever comes now finds their peer. */
  get isReady(): boolean {
    return !this.closed && this.presence.isKnown;
  }

  get all(): Iterable<End> {
    return this.ends.values();
  }

  /** Now, while Redis is open still, and not as each connection has closed. */
  close(): void {
    clearInterval(this.sweeping);
    this.presence.stop();
    this.bus.close();
    for (const end of this.ends.values()) this.leave(end);
    this.closed = true;
  }

  /** @param other the seat of the other role, as the session's record names it */
  join(end: End, other: string | undefined): void {
    const { session, role } = end.seat;
    const before = this.ends.get(channelOf(session, role));
    this.ends.set(channelOf(session, role), end);
    if (before) this.dismiss(before, farewells.replaced);
    const beside = this.ends.get(channelOf(session, otherRole(role)));
    // One that the record does not name was replaced, and does not know it yet.
    const peer = beside?.seat.name === other ? beside : undefined;
    end.connection.tell({ type: 'ready', peer: peer ? 'connected' : 'waiting' });
    if (peer) this.pairHere(end, peer);
    else if (other !== undefined) this.announce(end);
  }

  /** Its connection has closed, or is about to. */
  leave(end: End): void {
    if (end.hasLeft || this.closed) return;
    end.hasLeft = true;
    const channel = channelOf(end.seat.session, end.seat.role);
    if (this.ends.get(channel) === end) this.ends.delete(channel);
    this.unpair(end);
    this.bus.release(channel);
    // A seat that nobody gave back is one that nobody answers from.
    this.props.sessions.giveBack(end.seat).catch((error: Error) => this.outage.note(error));
  }

  /** Sends its client away; the session goes on. */
  dismiss(end: End, farewell: Farewell): void {
    end.connection.close(farewell);
    // Its client may take its time to close, and its peer need not wait for that.
    this.leave(end);
  }

  private pairHere(newcomer: End, waiting: End): void {
    this.unpair(waiting);
    newcomer.peerNumber = waiting.number;
    waiting.peerNumber = newcomer.number;
    waiting.connection.tell({ type: 'peer', state: 'connected' });
    waiting.meet(new LocalPeer(waiting, newcomer));
    newcomer.meet(new LocalPeer(newcomer, waiting));
    this.look(newcomer);
  }

  private pairAcross(end: End, { from, to, number, seat }: envelope.Envelope & { readonly kind: 'here' }): RemotePeer {
    const { id } = end;
    this.unpair(end);
    // The other one speaks to it by this name already: if both took new ones, they would do so for ever.
    if (to === id) end.id = id;
    end.peerNumber = number;
    const peer = new RemotePeer({
      id: from,
      process: processOf(seat),
      end,
      publish: (message) => this.publish(end, message),
    });
    end.connection.tell({ type: 'peer', state: 'connected' });
    return peer;
  }

  private unpair(end: End): void {
    const { peer } = end;
    if (peer === undefined) return;
    if (peer instanceof RemotePeer) {
      peer.flush();
      this.publish(end, envelope.gone(end.id, peer.id));
    }
    for (const each of peer instanceof LocalPeer ? [end, peer.end] : [end]) {
      each.part();
      each.connection.tell({ type: 'peer', state: 'gone' });
    }
  }

  /** Whoever has the other role answers. */
  private announce(end: End, to = ''): void {
    this.publish(end, envelope.here(end.id, to, end.number, end.seat.name));
  }

  private publish({ seat }: End, message: Buffer): void {
    this.bus.publish(channelOf(seat.session, otherRole(seat.role)), message);
  }

  private hear(channel: string, message: Buffer): void {
    const end = this.ends.get(channel);
    const heard = end && envelope.open(message);
    if (!heard) return;
    if (heard.kind === 'changed') return void this.look(end);
    if (heard.kind === 'here') return void this.meet(end, heard);
    const { peer } = end;
    // What is late is for an end, or from one, that is no more.
    if (!(peer instanceof RemotePeer) || peer.id !== heard.from || end.id !== heard.to) return;
    if (heard.kind === 'data') peer.deliver(heard.frames);
    else if (heard.kind === 'credit') peer.granted(heard.bytes);
    else this.unpair(end);
  }

  private meet(end: End, here: envelope.Envelope & { readonly kind: 'here' }): void {
    // Those on this process meet when they join.
    if (here.number < end.peerNumber || processOf(here.seat) === this.bus.process) return;
    // An answer to who this end was before: the other one must know who it is now.
    if (here.to !== '' && here.to !== end.id) return void this.announce(end, here.from);
    const known = end.peer instanceof RemotePeer && end.peer.id === here.from;
    const peer = known ? undefined : this.pairAcross(end, here);
    // Before anything is said, so that the other one knows who says it; and it may speak to another one by now.
    if (!known || here.to !== end.id) this.announce(end, here.from);
    if (peer === undefined) return;
    end.meet(peer);
    this.look(end);
  }

  /** Whether this end still has its seat: only Redis knows what other processes have done. */
  private look(end: End): void {
    this.check(end).catch((error: Error) => this.outage.note(error));
  }

  private async check(end: End): Promise<void> {
    const verdict = await this.props.sessions.keep(end.seat, end.peer !== undefined);
    // By now it may have left, and must not be announced.
    if (end.hasLeft) return;
    if (verdict === 'ended') this.dismiss(end, farewells.sessionEnded);
    else if (verdict === 'replaced') this.dismiss(end, farewells.replaced);
    // In case that a word of either was lost.
    else if (end.peer === undefined) this.announce(end);
  }

  private sweep(): void {
    for (const end of this.ends.values()) this.look(end);
  }

  /** Ends whose peer is on another process. */
  private get remote(): { readonly end: End; readonly peer: RemotePeer }[] {
    return Array.from(this.ends.values()).flatMap((end) =>
      end.peer instanceof RemotePeer ? [{ end, peer: end.peer }] : [],
    );
  }

  private partFrom(gone: ReadonlySet<string>): void {
    for (const { end, peer } of this.remote) {
      if (!gone.has(peer.process)) continue;
      this.unpair(end);
      // It may have been busy only.
      this.announce(end);
    }
  }
}
