import { once } from 'node:events';
import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Certificates } from '../../../local/certificates';

export interface Target {
  readonly port: number;
  /** `blue/web-1` */
  readonly name: string;
}

/** As much of the load balancer as the load has to do with: PROXY protocol, TLS, and the header of the target. */
export class Front {
  /** Tells the target from which address a client comes. */
  forwardsAddresses = true;
  readonly addresses = new Set<string>();
  private readonly agent = new Agent({ keepAlive: true, timeout: 4_000 });
  private readonly sockets = new Set<Socket>();
  private readonly clients = new Map<number | undefined, string>();
  private readonly outer = createServer((socket) => this.accept(socket));
  private readonly inner: ReturnType<typeof createSecureServer>;

  private constructor(
    { key, cert }: Certificates,
    /** All of what begins goes there. */
    public target: Target,
  ) {
    this.inner = createSecureServer({ key, cert }, (incoming, answer) => this.pass(incoming, answer));
    this.inner.on('upgrade', (incoming, client, head) => this.upgrade(incoming, client, head));
  }

  static async start(certificates: Certificates, target: Target): Promise<Front> {
    const front = new Front(certificates, target);
    front.outer.listen(0, '127.0.0.1');
    await once(front.outer, 'listening');
    return front;
  }

  get port(): number {
    return (this.outer.address() as AddressInfo).port;
  }

  /** All connections, in the middle of whatever they do. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  stop(): void {
    this.outer.close();
    this.agent.destroy();
    this.cut();
  }

  private accept(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => this.sockets.delete(socket));
    const take = () => {
      // The line and what follows come in one piece or in two, but a line is never cut on loopback.
      const chunk: Buffer | null = socket.read();
      if (chunk === null) return;
      socket.off('readable', take);
      const end = chunk.indexOf('\r\n') + 2;
      const [proxy, family, address = ''] = chunk.subarray(0, end).toString().split(' ');
      if (proxy !== 'PROXY' || family !== 'TCP4') return void socket.destroy();
      this.addresses.add(address);
      this.clients.set(socket.remotePort, address);
      if (end < chunk.length) socket.unshift(chunk.subarray(end));
      this.inner.emit('connection', socket);
    };
    socket.on('readable', take);
  }

  private headersOf({ headers, socket }: IncomingMessage) {
    const address = this.clients.get(socket.remotePort) ?? '';
    return { ...headers, 'x-forwarded-for': this.forwardsAddresses ? address : '192.0.2.1' };
  }

  private pass(incoming: IncomingMessage, answer: ServerResponse): void {
    const { port, name } = this.target;
    const { connection: _, ...headers } = this.headersOf(incoming);
    const { method, url: path } = incoming;
    const outgoing = request(
      { ...{ host: '127.0.0.1', port, method, path, headers }, agent: this.agent },
      (response) => {
        const { connection: __, 'keep-alive': ___, ...given } = response.headers;
        answer.writeHead(response.statusCode ?? 502, { ...given, 'x-rehearsal-target': name });
        response.pipe(answer);
      },
    );
    outgoing.on('error', () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()));
    incoming.pipe(outgoing);
  }

  private upgrade(incoming: IncomingMessage, client: Duplex, head: Buffer): void {
    const { port, name } = this.target;
    const server = connect(port, '127.0.0.1');
    this.sockets.add(server);
    const headers = Object.entries(this.headersOf(incoming)).map(([header, value]) => `${header}: ${value}\r\n`);
    server.write(`GET ${incoming.url} HTTP/1.1\r\n${headers.join('')}\r\n`);
    server.write(head);
    server.once('data', (answer: Buffer) => {
      const text = answer.toString('latin1').replace('\r\n', `\r\nx-rehearsal-target: ${name}\r\n`);
      client.write(Buffer.from(text, 'latin1'));
      client.pipe(server).pipe(client);
    });
    for (const [socket, other] of [
      [server, client],
      [client, server],
    ] as const)
      socket.on('error', () => other.destroy()).once('close', () => other.destroy());
  }
}
