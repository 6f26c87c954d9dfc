import type { Server } from 'node:http';
import type { Environment } from './config/contract';
import type { LoadedEnvironment } from './config/load';
import { openDatabase } from './database/database';
import { Mailer } from './email/mailer';
import { createApi } from './http/api';
import { createApp } from './http/app';
import { healthRoutes, type Readiness } from './http/health';
import { createHttpServer, refuseOtherUpgrades } from './http/server';
import { createIdentity } from './identity/identity';
import type { Logger } from './log';
import { Metrics } from './metrics';
import { measureJobs } from './queues/job-metrics';
import { JobQueues } from './queues/job-queues';
import { queueReport } from './queues/queue-report';
import { SocketServer, socketPath } from './realtime/socket-server';
import { openRedis } from './redis/redis';
import { closingMs, shutDownOnSignal } from './shutdown';
import { type StartUpReport, startUpReport } from './start-up-report';
import type { Telemetry } from './telemetry';
import { relayPath, TerminalRelay } from './terminal/relay';
import { timeLimit } from './time-limit';
import { openWorkers } from './workers/open-workers';

export interface ServiceProps {
  readonly loaded: LoadedEnvironment;
  readonly log: Logger;
  readonly telemetry: Telemetry | undefined;
}

/** Giving a job back, and closing its queue. */
const givingBackMs = 2_000;
/** Of the time for closing; the rest is for what is flushed. */
const storesMs = 2_000;

/** Starts the service and ends the process with 1 where it cannot start; from then on signals end it. */
export function runService(props: ServiceProps): void {
  const { log } = props;
  // Through the log, which takes secrets out; Node's own trace would not.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(event, (error: unknown) => {
      log.fatal({ err: error, exitCode: 1 }, event);
      process.exit(1);
    });
  startService(props).catch((error: Error) => {
    log.fatal({ reason: error.message, exitCode: 1 }, 'cannot start');
    process.exit(1);
  });
}

async function startService({ loaded, log, telemetry }: ServiceProps): Promise<void> {
  const { environment } = loaded;
  const role = environment.PROCESS_ROLE;
  const serves = role !== 'worker';
  const works = role !== 'web';

  const metrics = openMetrics(environment);
  // It connects by itself while PostgreSQL is waited for and migrated.
  const redis = openRedis(environment, log);
  const database = await openDatabase(environment, log);
  const jobQueues = new JobQueues(redis);
  const identity = createIdentity({ environment, database, redis: redis.requests, metrics, log });
  await identity.bootstrap();

  const readiness: Readiness = { draining: false };
  const report: { current?: StartUpReport } = {};
  const app = createApp({
    environment,
    readiness,
    log,
    health: healthRoutes(environment, readiness, { database, redis }),
    api: serves
      ? createApi({
          loaded,
          database,
          redis: redis.requests,
          identity,
          jobQueues,
          metrics,
          log,
          report: () => report.current,
        })
      : undefined,
  });
  const server = createHttpServer(environment, app);
  const sockets = serves ? new SocketServer(server, { environment, database, redis, ...identity, log }) : undefined;
  const relay = serves ? new TerminalRelay(server, { environment, redis, ...identity, log }) : undefined;
  if (serves) refuseOtherUpgrades(server, [socketPath, relayPath]);
  const mailer = new Mailer(loaded);
  const workers = works ? openWorkers({ loaded, database, redis, jobQueues, mailer, log }) : undefined;
  if (workers) measureJobs(metrics, jobQueues, workers);
  if (sockets) metrics.register(async () => sockets.readings);
  if (relay) metrics.register(async () => [{ name: 'ConnectedTerminals', unit: 'Count', value: relay.connected }]);

  /** A job that was given back may hold a connection still. */
  const closeStores = () =>
    timeLimit(
      Promise.all([database.close(), jobQueues.close().then(redis.close)]),
      storesMs,
      'Closing the stores',
    ).catch(({ message }: Error) => log.warn({ reason: message }, 'stores are left open'));

  shutDownOnSignal({
    server,
    readiness,
    environment,
    log,
    stages: {
      async onSignal() {
        const drainMs = environment.SHUTDOWN_DRAIN_SECONDS * 1000;
        sockets?.tellDraining(drainMs);
        relay?.tellDraining(drainMs);
        const workMs = environment.SHUTDOWN_DEADLINE_SECONDS * 1000 - closingMs(environment) - givingBackMs;
        await workers?.close(Math.max(0, workMs));
        mailer.close();
      },
      onListenerClosing() {
        sockets?.close();
        relay?.close();
      },
      async onIdle() {
        await sockets?.settled();
        await Promise.all([telemetry?.shutdown(), metrics.stop().then(closeStores)]);
      },
    },
  });

  await listen(server, environment);
  metrics.start();
  log.info(
    {
      environment: environment.APP_ENV,
      role,
      revision: environment.APP_REVISION,
      port: environment.PORT,
      bootMs: Math.round(process.uptime() * 1000),
      node: process.version,
    },
    'listening',
  );
  workers?.schedule();
  report.current = await startUpReport({ loaded, database, redis, queues: queueReport(workers), log });
}

/** Lines of CloudWatch's own format, past the log: a level must not silence them. */
const openMetrics = ({ APP_ENV, PROCESS_ROLE }: Environment): Metrics =>
  new Metrics({
    dimensions: { Environment: APP_ENV, Role: PROCESS_ROLE },
    write: (line) => process.stdout.write(`${line}\n`),
  });

function listen(server: Server, { HOST: host, PORT: port }: Environment): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', ({ code, message }: NodeJS.ErrnoException) =>
      reject(new Error(`cannot listen on ${host}:${port}: ${code === 'EADDRINUSE' ? 'the port is taken' : message}`)),
    );
    server.listen(port, host, resolve);
  });
}
