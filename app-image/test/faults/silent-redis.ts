import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Redis } from '../../../local/redis';

/** A way to Redis on which connections can go silent: neither side hears of it, as when a host vanishes. */
export class WayToRedis {
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async open(redis: Redis): Promise<WayToRedis> {
    const server = createServer({ allowHalfOpen: true });
    const way = new WayToRedis(server);
    server.on('connection', (incoming) => {
      const outgoing = connect({ host: redis.host, port: redis.port, allowHalfOpen: true });
      incoming.pipe(outgoing).pipe(incoming);
      for (const socket of [incoming, outgoing]) {
        way.sockets.add(socket.on('error', () => {}));
        socket.once('close', () => way.sockets.delete(socket));
      }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return way;
  }

  get variables() {
    return { REDIS_HOST: '127.0.0.1', REDIS_PORT: String((this.server.address() as AddressInfo).port) };
  }

  /** All connections that there are; new ones are not. */
  silence(): void {
    for (const socket of this.sockets) socket.unpipe().pause();
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }
}
