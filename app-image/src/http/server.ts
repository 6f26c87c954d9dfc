import { createServer, type RequestListener, type Server, STATUS_CODES } from 'node:http';
import type { Environment } from '../config/contract';
import { rejectMalformed } from './client-error';

/** The one server that REST and WebSockets share. Nobody listens yet. */
export function createHttpServer(environment: Environment, listener: RequestListener): Server {
  const server = createServer(listener);
  server.keepAliveTimeout = environment.KEEP_ALIVE_TIMEOUT_SECONDS * 1000;
  server.headersTimeout = environment.HEADERS_TIMEOUT_SECONDS * 1000;
  // Node's default of 300 s, unless that would cut below the headers timeout.
  server.requestTimeout = Math.max(300_000, server.headersTimeout);
  server.on('clientError', rejectMalformed);
  return server;
}

/** Answers every upgrade whose path begins with none of these; Node leaves its socket open otherwise. */
export function refuseOtherUpgrades(server: Server, prefixes: readonly string[]): void {
  server.on('upgrade', (request, socket) => {
    if (prefixes.some((prefix) => request.url?.startsWith(prefix))) return;
    const body = JSON.stringify({ success: false, code: 'NOT_FOUND', message: 'No WebSocket is served at this path' });
    const head = [
      `HTTP/1.1 404 ${STATUS_CODES[404]}`,
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
    ];
    socket.on('error', () => socket.destroy());
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
  });
}
