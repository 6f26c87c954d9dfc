import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../local/free-port';

const checkEveryMs = 100;
const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding']);

/**
 * As much of an ALB as a release meets: connections of its own to the targets, kept open, and no request for one whose
 * health check fails. It never sends a request again, so that a target that drops one is found out.
 */
export class Balancer {
  private readonly server = createServer((incoming, answer) => this.pass(incoming, answer));
  private readonly agent = new Agent({ keepAlive: true });
  private readonly healthy = new Set<number>();
  private checking = true;
  private turn = 0;

  private constructor(
    readonly port: number,
    private readonly targets: readonly number[],
  ) {}

  /** Resolves when all targets are in use. */
  static async start(targets: readonly number[]): Promise<Balancer> {
    const balancer = new Balancer(await freePort(), targets);
    balancer.server.listen(balancer.port, '127.0.0.1');
    await once(balancer.server, 'listening');
    for (const target of targets) void balancer.watch(target);
    for (const target of targets) await balancer.uses(target);
    return balancer;
  }

  async uses(target: number): Promise<void> {
    while (!this.healthy.has(target)) await sleep(checkEveryMs / 10);
  }

  stop(): void {
    this.checking = false;
    this.agent.destroy();
    this.server.closeAllConnections();
    this.server.close();
  }

  private async watch(target: number): Promise<void> {
    while (this.checking) {
      const answer = await fetch(`http://127.0.0.1:${target}/api/health`, { headers: { connection: 'close' } }).catch(
        () => undefined,
      );
      await answer?.arrayBuffer();
      if (answer?.status === 200) this.healthy.add(target);
      else this.healthy.delete(target);
      await sleep(checkEveryMs);
    }
  }

  private pass(incoming: IncomingMessage, answer: ServerResponse): void {
    const usable = this.targets.filter((target) => this.healthy.has(target));
    const port = usable[this.turn % usable.length];
    this.turn += 1;
    if (port === undefined) return void answer.writeHead(503).end('no healthy target');
    const { method, url: path } = incoming;
    const outgoing = request({
      ...{ host: '127.0.0.1', port, method, path, agent: this.agent },
      headers: endToEnd(incoming.headers),
    });
    outgoing.on('response', (response) => {
      answer.writeHead(response.statusCode ?? 502, endToEnd(response.headers));
      response.on('error', () => answer.destroy());
      response.pipe(answer);
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (answer.headersSent) answer.destroy();
      else answer.writeHead(502).end(`the target was lost: ${error.code ?? error.message}`);
    });
    incoming.pipe(outgoing);
  }
}

const endToEnd = (headers: IncomingMessage['headers']) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name)));
