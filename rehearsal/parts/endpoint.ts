import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

const HOST = '127.0.0.1';

/** @param serverPort - of 127.0.0.1, where the connections lead to at first. */
export async function openEndpoint(serverPort: number): Promise<Endpoint> {
  const endpoint = new Endpoint(serverPort);
  await endpoint.opened();
  return endpoint;
}

/**
 * A name that follows a failover, such as the endpoint of a database: the port stays, and leads to another server.
 *
 * A relay in this process rather than a program of its own: it takes tens of thousands of messages a second, which is
 * far more than a rehearsal sends.
 */
export class Endpoint {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  constructor(private serverPort: number | undefined) {
    this.server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.relay(client));
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async opened(): Promise<void> {
    this.server.listen(0, HOST);
    await once(this.server, 'listening');
  }

  /** Leads to this server from now on. Whoever is connected to the one before is cut off. */
  follow(serverPort: number): void {
    this.serverPort = serverPort;
    this.cut();
  }

  /** Nobody is let in until it follows a server again. Whoever is connected stays so for as long as the server wants. */
  down(): void {
    this.serverPort = undefined;
  }

  async close(): Promise<void> {
    this.server.close();
    this.cut();
    await once(this.server, 'close');
  }

  private relay(client: Socket): void {
    if (this.serverPort === undefined) {
      client.on('error', () => {});
      client.resetAndDestroy();
      return;
    }
    const server = connect({ host: HOST, port: this.serverPort, allowHalfOpen: true, noDelay: true });
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(from);
      from.pipe(to);
      // A connection that breaks on one side breaks on the other, without a goodbye that nobody said.
      from.on('error', () => to.resetAndDestroy());
      from.once('close', () => {
        this.sockets.delete(from);
        to.destroySoon();
      });
    }
  }

  private cut(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }
}
