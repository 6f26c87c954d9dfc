import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import type { Environment } from '../config/contract';
import { refuseUpgrade } from '../http/server';
import type { Revocations } from '../identity/revocations';
import type { Tokens } from '../identity/tokens';
import type { Logger } from '../log';
import type { RedisConnections } from '../redis/redis';
import { Admission } from './admission';
import { Client } from './client';
import { farewells, helloWithinMs, largestFrameBytes } from './protocol';
import { Sessions } from './sessions';
import { Switchboard, type SwitchboardTimings, switchboardTimings } from './switchboard';
import { busy, refusalOf } from './upgrade';

export const relayPath = '/api/terminal/relay';

/** Connections at once that have not said hello, or not rightly; each may hold some kilobytes for ten seconds. */
const mostStrangers = 1_000;

/** A sign-out reaches open terminals within this time, as it does sockets. Not the token's end: work outlives it. */
const recheckEveryMs = 60_000;

const options: ServerOptions & { readonly closeTimeout: number } = {
  noServer: true,
  clientTracking: false,
  // A terminal's output is small and comes at once; compressing it would cost memory for each connection.
  perMessageDeflate: false,
  maxPayload: largestFrameBytes,
  // A frame of the largest size in the smallest packets of a usual network, and no crumbs beyond that.
  maxFragments: 1_024,
  maxBufferedChunks: 16_384,
  // Who has not answered a goodbye by then is cut off, well before a shutdown's deadline. A slow one has to read what
  // was sent before. The types do not know it yet.
  closeTimeout: 15_000,
};

export interface RelayTimings extends SwitchboardTimings {
  readonly helloWithinMs: number;
  readonly recheckEveryMs: number;
}

export interface TerminalRelayProps {
  readonly environment: Environment;
  readonly tokens: Tokens;
  readonly revocations: Pick<Revocations, 'isRevoked'>;
  readonly redis: RedisConnections;
  readonly log: Logger;
  /** @default - those of a service */
  readonly timings?: Partial<RelayTimings>;
}

/** Mirrors a student's terminal between their CLI and their browser, whichever processes they are connected to. */
export class TerminalRelay {
  private readonly server = new WebSocketServer(options);
  private readonly clients = new Set<Client>();
  private readonly strangers = new Set<Client>();
  private readonly switchboard: Switchboard;
  private readonly admission: Admission;
  private readonly timings: RelayTimings;
  private readonly recheck: NodeJS.Timeout;
  private drainingWithinMs: number | undefined;
  private closed = false;

  constructor(
    server: HttpServer,
    private readonly props: TerminalRelayProps,
  ) {
    const { redis, log } = props;
    this.timings = { ...switchboardTimings, helloWithinMs, recheckEveryMs, ...props.timings };
    const sessions = new Sessions(redis.requests);
    this.switchboard = new Switchboard({ sessions, redis, log, timings: this.timings });
    this.admission = new Admission({ ...props, sessions, switchboard: this.switchboard });
    server.on('upgrade', (request, _socket, head) => {
      if (request.url?.startsWith(relayPath)) this.upgrade(request, head);
    });
    this.recheck = setInterval(() => void this.closeRevoked(), this.timings.recheckEveryMs).unref();
  }

  /** Open connections. */
  get connected(): number {
    return this.clients.size;
  }

  /** Asks every client, and those to come, to connect anew within this time, to another process. */
  tellDraining(withinMs: number): void {
    this.drainingWithinMs = withinMs;
    for (const client of this.clients) client.tellDraining(withinMs);
  }

  /** Ends what is left, with a reason. */
  close(): void {
    this.closed = true;
    clearInterval(this.recheck);
    for (const client of this.clients) client.close(farewells.restart);
    this.switchboard.close();
  }

  private upgrade(request: IncomingMessage, head: Buffer): void {
    const { socket } = request;
    const refusal = refusalOf(request, relayPath, this.props.environment.CORS_ALLOWED_ORIGINS);
    if (refusal) refuseUpgrade(socket, refusal);
    else if (this.closed || this.strangers.size >= mostStrangers) refuseUpgrade(socket, busy);
    else this.server.handleUpgrade(request, socket, head, (ws) => this.welcome(ws, socket));
  }

  private welcome(ws: WebSocket, socket: Socket): void {
    const { environment, log } = this.props;
    const client: Client = new Client(ws, socket, {
      admission: this.admission,
      switchboard: this.switchboard,
      heartbeat: {
        intervalMs: environment.SOCKET_PING_INTERVAL_SECONDS * 1000,
        timeoutMs: environment.SOCKET_PING_TIMEOUT_SECONDS * 1000,
      },
      helloWithinMs: this.timings.helloWithinMs,
      log,
      onAdmitted: () => this.strangers.delete(client),
      onClosed: () => {
        this.strangers.delete(client);
        this.clients.delete(client);
      },
    });
    this.clients.add(client);
    this.strangers.add(client);
    if (this.drainingWithinMs !== undefined) client.tellDraining(this.drainingWithinMs);
  }

  private async closeRevoked(): Promise<void> {
    const { revocations, log } = this.props;
    for (const end of [...this.switchboard.all]) {
      const { identity, seat } = end;
      if (!(await revocations.isRevoked(identity))) continue;
      log.info({ session: seat.session, role: seat.role, userId: seat.userId }, 'terminal of a revoked token closed');
      this.switchboard.dismiss(end, farewells.badToken);
    }
  }
}
