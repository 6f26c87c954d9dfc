import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Readiness } from './app';
import type { Environment } from './config/environment';
import { log } from './log';

const CLOSE_IDLE_EVERY_MS = 100;

/**
 * On SIGTERM or SIGINT: readiness off, serve on for the drain, close the listener, let requests in flight finish, exit.
 *
 * Closing the listener at once would be simpler, and fails every request that arrives before the load balancer knows.
 */
export function shutDownOnSignal(server: Server, readiness: Readiness, config: Environment): void {
  const sockets = trackSockets(server);

  function onSignal(signal: NodeJS.Signals): void {
    if (readiness.draining) {
      log('error', 'second signal, forced exit', { signal, openConnections: sockets.size, exitCode: 1 });
      process.exit(1);
    }
    readiness.draining = true;
    log('info', 'draining', { signal, drainSeconds: config.shutdownDrainSeconds });
    setTimeout(closeListener, config.shutdownDrainSeconds * 1000);
    setTimeout(giveUp, config.shutdownDeadlineSeconds * 1000);
  }

  function closeListener(): void {
    log('info', 'listener closing', { openConnections: sockets.size });
    // The callback's error only says that the signal came before the server was listening.
    server.close(() => {
      log('info', 'exit', { exitCode: 0 });
      process.exit(0);
    });
    // Again and again, since an answer begun before the signal promised keep-alive and goes idle only when it is done.
    // Not at once, since a connection accepted this instant has its request still on the way.
    setInterval(() => {
      server.closeIdleConnections();
      // To Node a connection that never sent a byte is not idle: a preconnected one would hold us to the deadline.
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    }, CLOSE_IDLE_EVERY_MS);
  }

  function giveUp(): void {
    log('error', 'shutdown deadline passed, connections cut', { openConnections: sockets.size, exitCode: 1 });
    server.closeAllConnections();
    process.exit(1);
  }

  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

function trackSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}
