import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { rejectMalformed } from './client-error';
import type { Environment } from './config/environment';

const HEALTH_PATH = '/api/health';
const HEALTH_METHODS = ['GET', 'HEAD'];

/** Shared by the app, which reports it, and the shutdown, which turns it on. */
export interface Readiness {
  draining: boolean;
}

interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Builds the server and nothing else: the caller listens, and closes. */
export function createApp(config: Environment, readiness: Readiness = { draining: false }): Server {
  const server = createServer((request, response) => {
    // Answering before the body has arrived would, on a connection that closes, reset it under a client still sending.
    request.resume();
    request.once('end', () => send(response, route(request, config, readiness), readiness));
  });
  server.keepAliveTimeout = config.keepAliveTimeoutSeconds * 1000;
  server.headersTimeout = config.headersTimeoutSeconds * 1000;
  // Node's default of 300 s, unless that would cut below the headers timeout.
  server.requestTimeout = Math.max(300_000, server.headersTimeout);
  server.on('clientError', rejectMalformed);
  return server;
}

function route(request: IncomingMessage, config: Environment, readiness: Readiness): Reply {
  // Split, not `new URL`: that throws on targets such as `//`.
  const [path] = (request.url ?? '').split('?', 1);
  const method = request.method ?? '';

  if (path !== HEALTH_PATH) {
    return { status: 404, body: { success: false, code: 'NOT_FOUND', message: 'There is nothing at this path' } };
  }
  if (!HEALTH_METHODS.includes(method)) {
    const allow = HEALTH_METHODS.join(', ');
    return {
      status: 405,
      headers: { allow },
      body: { success: false, code: 'METHOD_NOT_ALLOWED', message: `This path answers ${allow} only` },
    };
  }

  const state = {
    environment: config.appEnvironment,
    role: config.processRole,
    revision: config.revision,
    uptimeSeconds: Math.floor(process.uptime()),
  };
  return readiness.draining
    ? { status: 503, body: { success: false, message: 'draining', ...state } }
    : { status: 200, body: { success: true, ...state } };
}

function send(response: ServerResponse, reply: Reply, readiness: Readiness): void {
  const body = JSON.stringify(reply.body);
  response.writeHead(reply.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    // While draining every client is sent elsewhere, so that few connections are left to cut at the end.
    ...(readiness.draining ? { connection: 'close' } : {}),
    ...reply.headers,
  });
  response.end(body);
}
