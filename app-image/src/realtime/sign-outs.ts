import type { Revocations } from '../identity/revocations';
import type { Logger } from '../log';
import { type RealtimeServer, type RealtimeSocket, userRoom } from './sockets';

/** Should a word of another process get lost. Not the token's end: a meeting is longer than a token lives. */
const recheckEveryMs = 60_000;

export interface SignOutsProps {
  readonly io: RealtimeServer;
  readonly revocations: Pick<Revocations, 'isRevoked' | 'onRevocation'>;
  readonly log: Logger;
  /** @default 60,000 */
  readonly recheckEveryMs?: number;
}

/** Closes the sockets of a token that was revoked: at once, on every process. */
export class SignOuts {
  private readonly recheck: NodeJS.Timeout;

  constructor(private readonly props: SignOutsProps) {
    const { io, revocations } = props;
    revocations.onRevocation((userId) => {
      io.serverSideEmit('signed-out', userId);
      void this.closeRevoked(this.socketsOf(userId));
    });
    io.on('signed-out', (userId) => void this.closeRevoked(this.socketsOf(userId)));
    this.recheck = setInterval(() => this.lookAtAll(), props.recheckEveryMs ?? recheckEveryMs).unref();
  }

  lookAtAll(): void {
    void this.closeRevoked([...this.props.io.of('/').sockets.values()]);
  }

  close(): void {
    clearInterval(this.recheck);
  }

  private socketsOf(userId: string): RealtimeSocket[] {
    const { adapter, sockets } = this.props.io.of('/');
    return Array.from(adapter.rooms.get(userRoom(userId)) ?? [], (id) => sockets.get(id) ?? []).flat();
  }

  private async closeRevoked(sockets: readonly RealtimeSocket[]): Promise<void> {
    const { revocations, log } = this.props;
    for (const socket of sockets) {
      if (!(await revocations.isRevoked(socket.data.identity))) continue;
      log.info({ socket: socket.id, userId: socket.data.identity.userId }, 'socket of a revoked token closed');
      socket.disconnect(true);
    }
  }
}
