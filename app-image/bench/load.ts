import { connect, type Socket } from 'node:net';

/**
 * Load from a process of its own: `node load.js <port> <path> <connections> <seconds> [<post>]`, one JSON line as its
 * answer. With a `Post` as JSON it posts, else it gets.
 *
 * Each connection sends a request, waits for its whole answer and sends the next. Every request has exactly one
 * outcome; one that a closing connection cut in flight counts as `cut`, which common tools leave out. It speaks just
 * enough HTTP to be much cheaper than any server it measures.
 */
export interface LoadResult {
  readonly outcomes: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** `{number}` in a header or the body is another one for each request, and in each run. */
export interface Post {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const [port = '', path = '', connections = '', seconds = '', post] = process.argv.slice(2);
const endOfHead = Buffer.from('\r\n\r\n');
const outcomes = new Map<string, number>();
const latencies: number[] = [];
let sent = 0;

/** A new address every 50 requests, from anywhere: the service limits each to 100 a minute. */
const first = Math.floor(Math.random() * 2 ** 24);
const address = (count: number) => {
  const host = first + Math.floor(count / 50);
  return `10.${(host >> 16) & 255}.${(host >> 8) & 255}.${host & 255}`;
};

const template = post === undefined ? undefined : (JSON.parse(post) as Post);

function request(count: number): string {
  const from = `HTTP/1.1\r\nhost: service\r\nx-forwarded-for: ${address(count)}\r\n`;
  if (template === undefined) return `GET ${path} ${from}\r\n`;
  const numbered = (text: string) => text.replaceAll('{number}', `${first}-${count}`);
  const body = numbered(template.body);
  const headers = Object.entries(template.headers).map(([name, value]) => `${name}: ${numbered(value)}\r\n`);
  return `POST ${path} ${from}${headers.join('')}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function drive(until: number, done: () => void): void {
  const socket: Socket = connect(Number(port), '127.0.0.1').setNoDelay(true);
  let began = 0;
  let buffered: Buffer = Buffer.alloc(0);
  let settled = true;

  function settle(outcome: string): void {
    if (settled) return;
    settled = true;
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }

  function next(): void {
    if (performance.now() >= until) return void socket.end();
    settled = false;
    began = performance.now();
    sent += 1;
    socket.write(request(sent));
  }

  socket.on('connect', next);
  socket.on('data', (chunk: Buffer) => {
    buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk]);
    const end = buffered.indexOf(endOfHead);
    if (end < 0) return;
    const head = buffered.toString('latin1', 0, end);
    const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? Number.NaN);
    if (buffered.length < end + endOfHead.length + length) return;
    buffered = Buffer.alloc(0);
    latencies.push(performance.now() - began);
    settle(head.slice(9, 12));
    next();
  });
  socket.on('error', (error: NodeJS.ErrnoException) => settle(error.code ?? 'error'));
  socket.on('close', () => {
    settle('cut');
    done();
  });
}

const start = performance.now();
const until = start + Number(seconds) * 1000;
let open = Number(connections);
for (let index = 0; index < Number(connections); index += 1)
  drive(until, () => {
    open -= 1;
    if (open > 0) return;
    latencies.sort((a, b) => a - b);
    const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
    const result: LoadResult = {
      outcomes: Object.fromEntries(outcomes),
      seconds: (performance.now() - start) / 1000,
      p50: at(0.5),
      p99: at(0.99),
    };
    console.log(JSON.stringify(result));
  });
