import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  STATUS_CODES,
} from 'node:http';
import type { Duplex } from 'node:stream';
import type { Environment } from '../config/contract';
import { rejectMalformed } from './client-error';

/**
 * Other offers, such as curl's of HTTP/2, are ignored and the request answered, as it would be without an upgrade
 * listener. Node knows the option from 24.9 on; one before that answers such a request with 404.
 */
const webSocketsOnly = {
  shouldUpgradeCallback: ({ headers: { upgrade } }: IncomingMessage) => upgrade?.toLowerCase() === 'websocket',
} as ServerOptions;

/** The one server that REST and WebSockets share. Nobody listens yet. */
export function createHttpServer(environment: Environment, listener: RequestListener): Server {
  const server = createServer(webSocketsOnly, listener);
  server.keepAliveTimeout = environment.KEEP_ALIVE_TIMEOUT_SECONDS * 1000;
  server.headersTimeout = environment.HEADERS_TIMEOUT_SECONDS * 1000;
  // Node's default of 300 s, unless that would cut below the headers timeout.
  server.requestTimeout = Math.max(300_000, server.headersTimeout);
  server.on('clientError', rejectMalformed);
  return server;
}

export interface UpgradeRefusal {
  readonly status: 403 | 404 | 503;
  readonly code: string;
  readonly message: string;
}

export const nothingServed: UpgradeRefusal = {
  status: 404,
  code: 'NOT_FOUND',
  message: 'No WebSocket is served at this path',
};

/** Answers every upgrade whose path begins with none of these; Node leaves its socket open otherwise. */
export function refuseOtherUpgrades(server: Server, prefixes: readonly string[]): void {
  server.on('upgrade', (request, socket) => {
    if (!prefixes.some((prefix) => request.url?.startsWith(prefix))) refuseUpgrade(socket, nothingServed);
  });
}

/** As JSON, as any other answer is. */
export function refuseUpgrade(socket: Duplex, { status, code, message }: UpgradeRefusal): void {
  const body = JSON.stringify({ success: false, code, message });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.on('error', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
