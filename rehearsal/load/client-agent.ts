import { Agent, type RequestOptions } from 'node:https';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { type SecureContext, connect as startTls, type TLSSocket } from 'node:tls';
import { targetIn } from './target';

/** The load balancer's listener that takes PROXY protocol v1. */
export interface Entrance {
  readonly port: number;
  /** Trusts the listener's certificate. One for all connections, as making it is costly. */
  readonly context: SecureContext;
}

export interface ClientAgentProps {
  readonly entrance: Entrance;
  /** IPv4, that the load balancer is told. */
  readonly address: string;
  /** What a connection that waits for its next request is kept, in seconds. @default - one request each */
  readonly keepAliveSeconds?: number;
  /** Who answered first on a connection. @default - nobody asks */
  readonly onTarget?: (target: string) => void;
}

type Done = (error: Error | null, socket: Duplex) => void;

/**
 * Connections of one client: whatever host is asked for, they lead to the load balancer, and begin by saying from which
 * address they come. A new one resumes the TLS session of an earlier one, as browsers do.
 */
export class ClientAgent extends Agent {
  private session: Buffer | undefined;

  constructor(private readonly props: ClientAgentProps) {
    const { keepAliveSeconds } = props;
    super(keepAliveSeconds === undefined ? {} : { keepAlive: true, timeout: keepAliveSeconds * 1000 });
  }

  override createConnection({ servername = 'localhost' }: RequestOptions, done: Done) {
    const { entrance, address } = this.props;
    const raw = connect({ port: entrance.port, host: '127.0.0.1', noDelay: true });
    const refused = (error: Error) => done(error, raw);
    raw.once('error', refused);
    raw.once('connect', () => {
      raw.off('error', refused);
      raw.write(`PROXY TCP4 ${address} 127.0.0.1 ${raw.localPort} ${entrance.port}\r\n`);
      done(null, this.secure(raw, servername));
    });
    return undefined;
  }

  private secure(socket: ReturnType<typeof connect>, servername: string): TLSSocket {
    const { entrance, onTarget } = this.props;
    const secured = startTls({ socket, servername, secureContext: entrance.context, session: this.session });
    socket.on('error', (error) => secured.destroy(error));
    secured.on('session', (session) => {
      this.session = session;
    });
    if (onTarget)
      secured.once('data', (head: Buffer) => {
        const target = targetIn(head.toString('latin1'));
        if (target !== undefined) onTarget(target);
      });
    return secured;
  }
}
