import type { Server as HttpServer } from 'node:http';
import { Server } from 'socket.io';
import type { Environment } from '../config/contract';
import type { Database } from '../database/database';
import { originAllowed } from '../http/cors';
import type { Revocations } from '../identity/revocations';
import type { Tokens } from '../identity/tokens';
import type { Logger } from '../log';
import type { Reading } from '../metrics';
import type { RedisConnections } from '../redis/redis';
import { roomAdapter } from './adapter';
import { authenticate } from './handshake';
import { MeetingSpace } from './meeting-space';
import { SignOuts } from './sign-outs';
import { type RealtimeServer, type RealtimeSocket, userRoom } from './sockets';
import { limitUnsent } from './unsent';

/** Socket.IO answers whatever begins with it. */
export const socketPath = '/socket.io/';
/** Signalling and chat; what is larger goes through S3. */
const largestMessageBytes = 1_000_000;

export interface SocketServerProps {
  readonly environment: Environment;
  readonly database: Database;
  readonly redis: RedisConnections;
  readonly tokens: Tokens;
  readonly revocations: Pick<Revocations, 'isRevoked' | 'onRevocation'>;
  readonly log: Logger;
  /** @default 60,000 */
  readonly recheckEveryMs?: number;
}

/** Socket.IO on the same server, for whoever shows a valid access token in its handshake. */
export class SocketServer {
  private readonly io: RealtimeServer;
  private readonly meetings: MeetingSpace;
  private readonly signOuts: SignOuts;
  private readonly adapter: ReturnType<typeof roomAdapter>;
  private reconnectWithinMs: number | undefined;
  private closed = false;

  constructor(server: HttpServer, props: SocketServerProps) {
    const { environment, database, redis, revocations, log } = props;
    const [commands, subscriber] = [redis.open('realtime'), redis.open('subscriptions')];
    this.adapter = roomAdapter({
      ...{ environment, publisher: commands, subscriber, log },
      onMissed: () => this.catchUp(),
    });
    this.io = new Server(server, {
      adapter: this.adapter.adapter,
      path: socketPath,
      serveClient: false,
      pingInterval: environment.SOCKET_PING_INTERVAL_SECONDS * 1000,
      pingTimeout: environment.SOCKET_PING_TIMEOUT_SECONDS * 1000,
      maxHttpBufferSize: largestMessageBytes,
      // Other paths have WebSockets of their own.
      destroyUpgrade: false,
      cors: {
        credentials: true,
        origin: (origin, answer) =>
          answer(null, origin !== undefined && originAllowed(environment.CORS_ALLOWED_ORIGINS, origin)),
      },
      // A WebSocket has no CORS: without this any page could open one.
      allowRequest: ({ headers: { origin } }, answer) =>
        answer(null, !this.closed && (origin === undefined || originAllowed(environment.CORS_ALLOWED_ORIGINS, origin))),
    });
    this.meetings = new MeetingSpace({ io: this.io, environment, database, redis: commands, log });
    this.signOuts = new SignOuts({ io: this.io, revocations, log, recheckEveryMs: props.recheckEveryMs });
    this.io.engine.on('connection', (connection: RealtimeSocket['conn']) => limitUnsent(connection, log));
    this.io.use((socket, next) => {
      authenticate(socket, props).then(
        (identity) => {
          socket.data.identity = identity;
          next();
        },
        (error: Error) => next(error),
      );
    });
    this.io.on('connection', (socket) => {
      const { userId } = socket.data.identity;
      void socket.join(userRoom(userId));
      this.meetings.admit(socket);
      log.debug({ socket: socket.id, userId }, 'socket connected');
      if (this.reconnectWithinMs !== undefined) tellDraining(socket, this.reconnectWithinMs);
    });
  }

  get readings(): readonly Reading[] {
    return [
      { name: 'ConnectedSockets', unit: 'Count', value: this.io.engine.clientsCount },
      { name: 'MeetingParticipants', unit: 'Count', value: this.meetings.participants },
    ];
  }

  private catchUp(): void {
    this.meetings.missedOthers();
    this.signOuts.lookAtAll();
  }

  /** Asks every client, and those to come, to connect anew, to another process. */
  tellDraining(withinMs: number): void {
    this.reconnectWithinMs = withinMs;
    for (const socket of this.io.of('/').sockets.values()) tellDraining(socket, withinMs);
  }

  /** Ends what is left, with a reason (`io server disconnect`) and not with a cut. */
  close(): void {
    // Or who comes on a connection from before would hold the process to its deadline.
    this.closed = true;
    for (const part of [this.signOuts, this.meetings, this.adapter]) part.close();
    this.io.local.disconnectSockets(true);
    this.io.engine.close();
  }

  /** After it is closed, and before the stores are. */
  settled(): Promise<void> {
    return this.meetings.settled();
  }
}

/** At a moment of its own within this time, or all would come at once. */
function tellDraining(socket: RealtimeSocket, withinMs: number): void {
  socket.emit('server-draining', { reconnectAfterMs: Math.floor(Math.random() * withinMs) });
}
