import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Finding } from '../record';
import { LatencyRelay } from './latency-relay';

export interface IdleConnectionsProps {
  /** Of a web task, on 127.0.0.1. */
  readonly port: number;
  /** Of the load balancer, in seconds: so long it uses a connection again. */
  readonly idleTimeout: number;
  /** Waits of AWS are this many times shorter. @default 1 */
  readonly speed?: number;
  /** How many are tried at once. @default 8 */
  readonly connections?: number;
}

/** Node closes an idle connection so long after its keep-alive timeout (20 has it as a constant). Nothing shortens it. */
const { keepAliveTimeoutBuffer: graceMs = 1_000 } = createServer() as { readonly keepAliveTimeoutBuffer?: number };

/** Each way, between a load balancer's node and a task. */
const latencyMs = 3;
const answerWithinMs = 2_000;
const request = 'GET /api/health HTTP/1.1\r\nhost: rehearsal\r\n\r\n';

/**
 * Plays the load balancer's connections to one web task, each idle after a request. A task that closes one while the
 * load balancer still uses it meets, sooner or later, a request on its way: here that moment is not left to chance.
 */
export async function idleConnections(props: IdleConnectionsProps): Promise<Finding | undefined> {
  const { port, idleTimeout, speed = 1, connections = 8 } = props;
  // By so much a task keeps its connections longer here than in AWS, shortened.
  const extraMs = graceMs - graceMs / speed;
  const limitMs = idleTimeout * 1000 + extraMs;
  const relay = await LatencyRelay.start(port, latencyMs);
  try {
    const all = Array.from({ length: connections });
    const closedAfter = await Promise.all(all.map(() => idleUntilClosed(relay, limitMs)));
    const earliest = Math.min(...closedAfter.map((ms) => ms ?? Number.POSITIVE_INFINITY));
    // A busy process comes to its timers late, and to what has happened before them.
    if (earliest >= limitMs) return undefined;
    const answered = await Promise.all(all.map(() => requestOnClosing(relay, limitMs)));
    const lost = answered.filter((whether) => !whether).length;
    const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
    return {
      about: 'idle connections',
      message:
        `A web task closes an idle connection after ${seconds(earliest - extraMs)}, and the load balancer uses it for up to ` +
        `${seconds(idleTimeout * 1000)}: ${lost} of ${connections} requests sent in that moment got no answer ` +
        '(502 to the user). Set KEEP_ALIVE_TIMEOUT_SECONDS above idle_timeout.timeout_seconds.',
    };
  } finally {
    relay.stop();
  }
}

/** Milliseconds until the task closes it; undefined when it outlives the limit. */
async function idleUntilClosed(relay: LatencyRelay, limitMs: number): Promise<number | undefined> {
  const { socket, closing } = await open(relay);
  const idleSince = performance.now();
  const closed = await within(limitMs, closing);
  socket.destroy();
  return closed ? performance.now() - idleSince : undefined;
}

/** Whether a request is answered that is sent while the task's end of the connection is on its way. */
async function requestOnClosing(relay: LatencyRelay, limitMs: number): Promise<boolean> {
  const { socket, closing } = await open(relay);
  if (!(await within(limitMs, closing))) return true;
  const answered = answer(socket);
  socket.write(request);
  return (await within(answerWithinMs, answered)) === true;
}

/** A connection with one request behind it. */
async function open(relay: LatencyRelay): Promise<{ readonly socket: Socket; readonly closing: Promise<true> }> {
  const socket = connect({ port: relay.port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  socket.on('error', () => {});
  await once(socket, 'connect');
  const { localPort } = socket;
  const closing = new Promise<true>((resolve) => {
    const note = (port: number) => {
      if (port !== localPort) return;
      relay.off('closing', note);
      resolve(true);
    };
    relay.on('closing', note);
  });
  const answered = answer(socket);
  socket.write(request);
  if (!(await within(answerWithinMs, answered)))
    throw new Error(`The web task did not answer GET /api/health within ${answerWithinMs} ms: let it serve first.`);
  return { socket, closing };
}

/** False when the connection ends instead. */
function answer(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    socket.once('data', () => resolve(true));
    for (const event of ['end', 'close'] as const) socket.once(event, () => resolve(false));
  });
}

const within = <T>(ms: number, work: Promise<T>): Promise<T | undefined> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), ms);
    void work.then((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
