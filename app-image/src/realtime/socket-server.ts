import type { Server as HttpServer } from 'node:http';
import { type DefaultEventsMap, Server, type Socket } from 'socket.io';
import type { Environment } from '../config/contract';
import type { Database } from '../database/database';
import { originAllowed } from '../http/cors';
import type { Revocations } from '../identity/revocations';
import type { Identity, Tokens } from '../identity/tokens';
import type { Logger } from '../log';
import type { RedisConnections } from '../redis/redis';

/** Socket.IO answers whatever begins with it. */
export const socketPath = '/socket.io/';
/** Signalling and chat; what is larger goes through S3. */
const largestMessageBytes = 1_000_000;

interface SocketData {
  identity: Identity;
}

export type RealtimeServer = Server<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, SocketData>;
type RealtimeSocket = Socket<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, SocketData>;

/** A sign-out reaches open sockets within this time. Not the token's end: a meeting is longer than a token lives. */
const recheckEveryMs = 60_000;

export interface SocketServerProps {
  readonly environment: Environment;
  readonly database: Database;
  readonly redis: RedisConnections;
  readonly tokens: Tokens;
  readonly revocations: Pick<Revocations, 'isRevoked'>;
  readonly log: Logger;
  /** @default 60,000 */
  readonly recheckEveryMs?: number;
}

/** Socket.IO on the same server, for whoever shows a valid access token in its handshake. */
export class SocketServer {
  private readonly io: RealtimeServer;
  private readonly recheck: NodeJS.Timeout;
  private reconnectWithinMs: number | undefined;

  constructor(server: HttpServer, props: SocketServerProps) {
    const { environment, log } = props;
    this.io = new Server(server, {
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
        answer(null, origin === undefined || originAllowed(environment.CORS_ALLOWED_ORIGINS, origin)),
    });
    this.io.use((socket, next) => {
      authenticate(socket, props).then(
        () => next(),
        (error: Error) => next(error),
      );
    });
    this.io.on('connection', (socket) => {
      void socket.join(`user:${socket.data.identity.userId}`);
      log.debug({ socket: socket.id, userId: socket.data.identity.userId }, 'socket connected');
      if (this.reconnectWithinMs !== undefined) tellDraining(socket, this.reconnectWithinMs);
    });
    this.recheck = setInterval(
      () => void this.disconnectRevoked(props),
      props.recheckEveryMs ?? recheckEveryMs,
    ).unref();
  }

  private async disconnectRevoked({ revocations, log }: SocketServerProps): Promise<void> {
    for (const socket of this.io.of('/').sockets.values()) {
      if (!(await revocations.isRevoked(socket.data.identity))) continue;
      log.info({ socket: socket.id, userId: socket.data.identity.userId }, 'socket of a revoked token closed');
      socket.disconnect(true);
    }
  }

  get connected(): number {
    return this.io.engine.clientsCount;
  }

  /** Asks every client, and those to come, to connect anew, to another process. */
  tellDraining(withinMs: number): void {
    this.reconnectWithinMs = withinMs;
    for (const socket of this.io.of('/').sockets.values()) tellDraining(socket, withinMs);
  }

  /** Ends what is left, with a reason (`io server disconnect`) and not with a cut. */
  close(): void {
    clearInterval(this.recheck);
    this.io.local.disconnectSockets(true);
    this.io.engine.close();
  }
}

/** At a moment of its own within this time, or all would come at once. */
function tellDraining(socket: RealtimeSocket, withinMs: number): void {
  socket.emit('server-draining', { reconnectAfterMs: Math.floor(Math.random() * withinMs) });
}

async function authenticate(socket: RealtimeSocket, { tokens, revocations }: SocketServerProps): Promise<void> {
  const { token } = socket.handshake.auth as { token?: unknown };
  const [, bearer] = /^Bearer (\S+)$/i.exec(socket.handshake.headers.authorization ?? '') ?? [];
  const shown = typeof token === 'string' ? token : bearer;
  if (shown === undefined) throw new Error('UNAUTHORIZED');
  const identity = await tokens.verify(shown).catch(() => {
    throw new Error('UNAUTHORIZED');
  });
  if (await revocations.isRevoked(identity)) throw new Error('TOKEN_REVOKED');
  socket.data.identity = identity;
}
