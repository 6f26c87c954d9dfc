import { once } from 'node:events';
import { Agent, createServer, type IncomingHttpHeaders, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { WebSocketServer } from 'ws';
import type {
  ListenerRule,
  LoadBalancerDescription,
  TargetGroupDescription,
} from '../../../rehearsal/assembly/deployment';
import type { HaproxyLoadBalancer } from '../../../rehearsal/parts/load-balancer';

/** What stands before and behind a load balancer, as small as it can be. */

export const HOST = 'api.example.test';

export const targetGroup = (
  logicalId: string,
  overrides: Partial<TargetGroupDescription> = {},
): TargetGroupDescription => ({
  logicalId,
  port: 8000,
  healthCheck: { path: '/health', codes: '200', interval: 0.1, timeout: 2, healthyThreshold: 2, unhealthyThreshold: 3 },
  deregistrationDelay: 1,
  ...overrides,
});

export const rule = (logicalId: string, priority: number, overrides: Partial<ListenerRule> = {}): ListenerRule => ({
  logicalId,
  priority,
  hosts: [HOST],
  headers: [],
  paths: [],
  weights: { Blue: 100, Green: 0 },
  ...overrides,
});

export const describeLoadBalancer = (overrides: Partial<LoadBalancerDescription> = {}): LoadBalancerDescription => ({
  idleTimeout: 30,
  defaultResponse: { status: 503, contentType: 'application/json', body: '{"code":"NO_SUCH_HOST"}' },
  rules: [rule('Production', 20)],
  targetGroups: [targetGroup('Blue'), targetGroup('Green')],
  ...overrides,
});

/** A target that can be told how to answer its health check. */
export class ServedTarget {
  health = 200;
  /** Paths that were asked for, health checks aside. */
  readonly asked: string[] = [];
  private readonly held: ServerResponse[] = [];

  private constructor(
    readonly id: string,
    private readonly server: Server,
  ) {}

  static async start(id: string): Promise<ServedTarget> {
    const server = createServer({ keepAliveTimeout: 60_000 });
    const target = new ServedTarget(id, server);
    server.on('request', ({ url = '', headers }, response) => {
      if (url === '/health') {
        response.writeHead(target.health).end();
        return;
      }
      target.asked.push(url);
      if (url === '/held') target.held.push(response);
      else if (url === '/error') response.writeHead(500).end();
      else if (url === '/cut') response.socket?.destroy();
      else response.setHeader('content-type', 'application/json').end(JSON.stringify({ id, headers }));
    });
    new WebSocketServer({ server }).on('connection', (socket) =>
      socket.on('message', (message) => socket.send(`${id} heard ${message}`)),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return target;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Requests to /held that wait for an answer. */
  get waiting(): number {
    return this.held.length;
  }

  /** Answers the one that waits longest. */
  release(): void {
    this.held.shift()?.end('released');
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

export interface Answer {
  readonly status: number;
  /** Of the header x-rehearsal-target. */
  readonly target: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly cookies: readonly string[];
  readonly body: string;
}

export interface Question {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** That the PROXY protocol says. */
  readonly address?: string;
}

/** Over a connection of its own. */
export async function ask(balancer: HaproxyLoadBalancer, question: Question = {}): Promise<Answer> {
  const connection = await dial(balancer, question.address);
  try {
    return await askOver(connection, question);
  } finally {
    connection.destroy();
  }
}

/** An agent with one connection. */
export async function dial(balancer: HaproxyLoadBalancer, address = '203.0.113.7'): Promise<Agent> {
  // Without a delay, or TLS begins when the line before it is acknowledged, which takes 40 ms.
  const tcp = connectTcp({ port: balancer.httpsPort, host: '127.0.0.1', noDelay: true });
  tcp.write(`PROXY TCP4 ${address} 127.0.0.1 40000 443\r\n`);
  // Who listens is known.
  const socket = connectTls({ socket: tcp, servername: HOST, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  return Object.assign(new Agent({ keepAlive: true, maxSockets: 1 }), { createConnection: () => socket });
}

export async function askOver(agent: Agent, { path = '/', headers = {} }: Question = {}): Promise<Answer> {
  const asked = request({ agent, path, headers: { host: HOST, ...headers } });
  asked.end();
  const [response] = await once(asked, 'response');
  let body = '';
  for await (const chunk of response.setEncoding('utf8')) body += chunk;
  return {
    status: response.statusCode,
    target: response.headers['x-rehearsal-target'],
    headers: response.headers,
    cookies: (response.headers['set-cookie'] ?? []).map((cookie: string) => cookie.split(';')[0]),
    body,
  };
}
