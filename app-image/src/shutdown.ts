import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Environment } from './config/contract';
import type { Readiness } from './http/health';
import type { Logger } from './log';

const closeIdleEveryMs = 100;

/** What closing the stores and flushing may take: before the deadline, whoever is still connected is cut. */
export const closingMs = ({ SHUTDOWN_DEADLINE_SECONDS: seconds }: Environment): number =>
  Math.min(5_000, seconds * 250);

/** What a service of this process does as it ends; none of them may reject. */
export interface Stages {
  /** Serving goes on. The process does not end before it is done. */
  onSignal(): Promise<void>;
  onListenerClosing(): void;
  /** Nobody needs them any more: close the stores, flush what is buffered. */
  onIdle(): Promise<void>;
}

export interface ShutdownProps {
  readonly server: Server;
  readonly readiness: Readiness;
  readonly environment: Environment;
  readonly log: Logger;
  readonly stages: Stages;
}

const signals = ['SIGTERM', 'SIGINT'] as const;

/**
 * As process 1 of a container, node ignores signals that nobody handles. Until the service is up nobody is served,
 * and a migration that breaks off rolls back.
 */
export function stopWhileStarting(log: Logger): void {
  for (const signal of signals)
    process.once(signal, () => {
      log.info({ signal, exitCode: 0 }, 'stopped while starting');
      process.exit(0);
    });
}

/**
 * On SIGTERM or SIGINT: readiness off, serve on for the drain, close the listener, let requests in flight and jobs
 * at work finish, close the stores, exit.
 *
 * Closing the listener at once would be simpler, and fails every request that arrives before the load balancer knows.
 */
export function shutDownOnSignal({ server, readiness, environment, log, stages }: ShutdownProps): void {
  const sockets = trackSockets(server);
  let exitCode = 0;

  function onSignal(signal: NodeJS.Signals): void {
    if (readiness.draining) {
      log.error({ signal, openConnections: sockets.size, exitCode: 1 }, 'second signal, forced exit');
      process.exit(1);
    }
    readiness.draining = true;
    log.info({ signal, drainSeconds: environment.SHUTDOWN_DRAIN_SECONDS }, 'draining');
    const deadlineMs = environment.SHUTDOWN_DEADLINE_SECONDS * 1000;
    setTimeout(cut, deadlineMs - closingMs(environment));
    setTimeout(giveUp, deadlineMs);
    void end();
  }

  async function end(): Promise<void> {
    const signalled = stages.onSignal();
    await new Promise((resolve) => setTimeout(resolve, environment.SHUTDOWN_DRAIN_SECONDS * 1000));
    await Promise.all([closeListener(), signalled]);
    await stages.onIdle();
    log.info({ exitCode }, 'exit');
    process.exit(exitCode);
  }

  /** Those that do not end by themselves: half a request, a WebSocket whose peer is gone. */
  function cut(): void {
    if (sockets.size === 0) return;
    exitCode = 1;
    log.error({ openConnections: sockets.size }, 'connections cut, to end in order before the deadline');
    for (const socket of sockets) socket.destroy();
  }

  function closeListener(): Promise<void> {
    log.info({ openConnections: sockets.size }, 'listener closing');
    stages.onListenerClosing();
    return new Promise((resolve) => {
      // Again and again, since an answer begun before the signal promised keep-alive and goes idle only when it is done.
      // Not at once, since a connection accepted this instant has its request still on the way.
      let silent = new Set<Socket>();
      const closingIdle = setInterval(() => {
        server.closeIdleConnections();
        // To Node a connection that never sent a byte is not idle: a preconnected one would hold us to the deadline.
        // Two rounds of silence, as a busy process comes to the timer before it reads what has arrived.
        for (const socket of silent) if (socket.bytesRead === 0) socket.destroy();
        silent = new Set([...sockets].filter(({ bytesRead }) => bytesRead === 0));
      }, closeIdleEveryMs);
      // The callback's error only says that the signal came before the server was listening.
      server.close(() => {
        clearInterval(closingIdle);
        resolve();
      });
    });
  }

  function giveUp(): void {
    log.error({ openConnections: sockets.size, exitCode: 1 }, 'shutdown deadline passed');
    process.exit(1);
  }

  for (const signal of signals) process.removeAllListeners(signal).on(signal, onSignal);
}

function trackSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}
