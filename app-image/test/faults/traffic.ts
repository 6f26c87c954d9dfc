import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RequestKind {
  readonly name: string;
  /** The statuses that count as served. */
  readonly served: readonly number[];
  /** How many of it are under way at the same time, at most. */
  readonly workers: number;
  /** Between two requests of one worker. @default 10 */
  readonly pauseMs?: number;
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The body arrives in two halves, with this time between them. @default 0 */
  readonly bodyTakesMs?: number;
}

/** There is exactly one for each request, those cut in flight included. */
export interface Outcome {
  readonly kind: RequestKind;
  /** Of performance.now(). */
  readonly endedAt: number;
  readonly ms: number;
  /** The status of a whole answer, or why there was none. */
  readonly result: number | string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const givenUpAfterMs = 10_000;

/** A new one for each request, so that no rate limit stands before what is tested. */
let addresses = 0;
export function newAddress(): string {
  addresses += 1;
  return `10.${(addresses >> 16) & 255}.${(addresses >> 8) & 255}.${addresses & 255}`;
}

/** Half the workers of a kind keep their connection, half open one for each request. */
export class Traffic {
  readonly outcomes: Outcome[] = [];
  private running = true;
  private readonly keepAlive = new Agent({ keepAlive: true });
  private readonly finished: Promise<unknown>;

  constructor(
    private readonly ports: readonly number[],
    kinds: readonly RequestKind[],
  ) {
    this.finished = Promise.all(
      kinds.flatMap((kind) => Array.from({ length: kind.workers }, (_, worker) => this.work(kind, worker))),
    );
  }

  async stop(): Promise<readonly Outcome[]> {
    this.running = false;
    await this.finished;
    this.keepAlive.destroy();
    return this.outcomes;
  }

  private async work(kind: RequestKind, worker: number): Promise<void> {
    for (let count = worker; this.running; count += 1) {
      const port = this.ports[count % this.ports.length] ?? 0;
      this.outcomes.push(await send(kind, port, worker % 2 === 0 ? this.keepAlive : false));
      await sleep(kind.pauseMs ?? 10);
    }
  }
}

/** Never rejects: an answer that did not come is an outcome as well. */
export function send(kind: RequestKind, port: number, agent: Agent | false = false): Promise<Outcome> {
  const { method = 'GET', path, body = '', bodyTakesMs = 0 } = kind;
  const startedAt = performance.now();
  return new Promise((resolve) => {
    let answer = '';
    let answerHeaders: IncomingHttpHeaders = {};
    const settle = (result: number | string) => {
      const endedAt = performance.now();
      resolve({ kind, endedAt, ms: endedAt - startedAt, result, headers: answerHeaders, body: answer });
    };
    const fail = (error: NodeJS.ErrnoException) => settle(error.code ?? error.message);
    const headers = {
      'x-forwarded-for': newAddress(),
      ...(body !== '' && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      ...kind.headers,
    };
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers, agent }, (response) => {
      answerHeaders = response.headers;
      response.setEncoding('utf8').on('data', (chunk) => (answer += chunk));
      response.once('end', () => settle(response.statusCode ?? 0));
      response.once('error', fail);
    });
    outgoing.setTimeout(givenUpAfterMs, () => outgoing.destroy(new Error('no answer in time')));
    outgoing.once('error', fail);
    if (bodyTakesMs === 0) return void outgoing.end(body);
    outgoing.write(body.slice(0, body.length / 2));
    setTimeout(() => outgoing.end(body.slice(body.length / 2)), bodyTakesMs);
  });
}
