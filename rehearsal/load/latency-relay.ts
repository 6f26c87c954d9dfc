import { EventEmitter, once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What a relay says of a connection; `port` is the client's. */
export interface RelayEvents {
  /** The server has ended it. The client does not know yet. */
  readonly closing: [port: number];
}

/** Passes everything on some milliseconds late, the end of a connection too, as a network of some length does. */
export class LatencyRelay extends EventEmitter<RelayEvents> {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  private constructor(
    private readonly target: number,
    private readonly latencyMs: number,
  ) {
    super();
    // Half open, so that what comes after an end is passed on, as the kernel of the load balancer's host does.
    this.server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.relay(client));
  }

  static async start(target: number, latencyMs: number): Promise<LatencyRelay> {
    const relay = new LatencyRelay(target, latencyMs);
    relay.server.listen(0, '127.0.0.1');
    await once(relay.server, 'listening');
    return relay;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  stop(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private relay(client: Socket): void {
    const server = connect({ port: this.target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const { remotePort = 0 } = client;
    server.once('end', () => this.emit('closing', remotePort));
    this.pass(client, server);
    this.pass(server, client);
  }

  private pass(from: Socket, to: Socket): void {
    const late = (action: () => void) =>
      setTimeout(() => {
        if (!to.destroyed) action();
      }, this.latencyMs);
    this.sockets.add(from);
    from.on('data', (chunk) => void late(() => to.write(chunk)));
    from.once('end', () => void late(() => to.end()));
    from.on('error', () => {});
    from.once('close', () => {
      this.sockets.delete(from);
      late(() => to.destroy());
    });
  }
}
