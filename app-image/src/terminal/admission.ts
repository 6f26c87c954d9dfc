import type { Revocations } from '../identity/revocations';
import type { Identity, Tokens } from '../identity/tokens';
import type { Logger } from '../log';
import { Outage } from '../outage';
import { channelOf } from './keys';
import { type Farewell, farewells, type Hello } from './protocol';
import type { Seat, Session, Sessions, Taken } from './sessions';
import type { Switchboard } from './switchboard';

export interface AdmissionProps {
  readonly sessions: Sessions;
  readonly switchboard: Switchboard;
  readonly tokens: Tokens;
  readonly revocations: Pick<Revocations, 'isRevoked'>;
  readonly log: Logger;
}

/** A place in a session. The seat's channel is held for whoever gets it, and theirs to release. */
export interface Admitted extends Taken {
  readonly seat: Seat;
  readonly identity: Identity;
}

/** Decides about hellos. */
export class Admission {
  private readonly outage: Outage;
  private count = 0;

  constructor(private readonly props: AdmissionProps) {
    this.outage = new Outage(props.log, 'redis is away: terminals are told to try again');
  }

  /** Why not, for whoever is not admitted. */
  async admit(hello: Hello): Promise<Admitted | Farewell> {
    const { sessions, switchboard } = this.props;
    if (!switchboard.isReady) return farewells.tryAgain;
    try {
      const session = await sessions.find(hello.session);
      if (session === undefined) return farewells.sessionEnded;
      const identity = await this.identify(hello, session);
      if ('code' in identity) return identity;
      return await this.seat(hello, session, identity);
    } catch (error) {
      this.outage.note(error as Error);
      return farewells.tryAgain;
    }
  }

  /** The CLI comes in the name of whoever made the session, and is signed out with them. */
  private async identify({ role, token }: Hello, session: Session): Promise<Identity | Farewell> {
    const { sessions, tokens, revocations } = this.props;
    if (role === 'cli' && !sessions.isCliToken(session, token)) return farewells.badToken;
    const identity = role === 'cli' ? session.owner : await tokens.verify(token).catch(() => undefined);
    if (identity === undefined || (await revocations.isRevoked(identity))) return farewells.badToken;
    return identity.userId === session.owner.userId ? identity : farewells.notYours;
  }

  private async seat({ role }: Hello, { id, owner }: Session, identity: Identity): Promise<Admitted | Farewell> {
    const { sessions, switchboard } = this.props;
    this.count += 1;
    const name = `${switchboard.bus.process}/${this.count}`;
    const seat: Seat = { session: id, role, name, userId: owner.userId };
    const channel = channelOf(id, role);
    try {
      // First, so that nobody's word is missed.
      await switchboard.bus.hold(channel);
      const taken = await sessions.take(seat);
      if (taken) return { ...taken, seat, identity };
    } catch (error) {
      switchboard.bus.release(channel);
      throw error;
    }
    switchboard.bus.release(channel);
    return farewells.sessionEnded;
  }
}
