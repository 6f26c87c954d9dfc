import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { originAllowed } from '../http/cors';

interface Refusal {
  readonly status: 403 | 404 | 503;
  readonly code: string;
  readonly message: string;
}

const elsewhere: Refusal = { status: 404, code: 'NOT_FOUND', message: 'No WebSocket is served at this path' };
const stranger: Refusal = {
  status: 403,
  code: 'ORIGIN_NOT_ALLOWED',
  message: 'Pages of this origin may not open a terminal here',
};
export const busy: Refusal = {
  status: 503,
  code: 'UNAVAILABLE',
  message: 'No more terminals are taken at the moment: try again',
};

/** A WebSocket has no CORS, so it is asked here. A CLI has no origin. */
export function refusalOf(request: IncomingMessage, path: string, origins: readonly string[]): Refusal | undefined {
  const [asked] = (request.url ?? '').split('?', 1);
  if (asked !== path) return elsewhere;
  const { origin } = request.headers;
  return origin === undefined || originAllowed(origins, origin) ? undefined : stranger;
}

export function refuse(socket: Duplex, { status, code, message }: Refusal): void {
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
