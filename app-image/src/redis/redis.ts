import { readFileSync } from 'node:fs';
import { type ConnectionOptions, createSecureContext, rootCertificates } from 'node:tls';
import { Redis, type RedisOptions } from 'ioredis';
import type { Environment } from '../config/contract';
import type { Logger } from '../log';

/** A request that waits longer for Redis than this goes on without it. */
const commandTimeoutMs = 500;
const connectTimeoutMs = 5_000;
/**
 * A host that vanishes, as one does that is failed over, closes nothing: the kernel waits a quarter of an hour for its
 * answer. Above the 10 s for which BullMQ has Redis wait for a job.
 */
const silenceMs = 15_000;
/** Before the kernel asks the other side of an idle connection whether it is there; it gives up 10 s later. */
const idleMs = 10_000;
/** A second at most between two tries, so that Redis is used again as soon as it is back. */
const retryDelayMs = (attempt: number) => Math.min(50 * attempt, 1_000);

export interface RedisConnections {
  /** For requests: a command fails at once while Redis is away, and after half a second when it hangs. */
  readonly requests: Redis;
  /** A connection of one's own that waits while Redis is away, as BullMQ wants it. Closed with the others. */
  open(purpose: string): Redis;
  /** @throws when Redis does not answer within half a second */
  ping(): Promise<void>;
  close(): Promise<void>;
}

function optionsOf(environment: Environment): RedisOptions {
  return {
    host: environment.REDIS_HOST,
    port: environment.REDIS_PORT,
    password: environment.REDIS_PASSWORD,
    db: environment.REDIS_DB,
    tls: tlsOptions(environment),
    connectTimeout: connectTimeoutMs,
    socketTimeout: silenceMs,
    keepAlive: idleMs,
    retryStrategy: retryDelayMs,
    // A primary that failed over answers READONLY: connect anew, and send the command again.
    reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 2 : false),
  };
}

function tlsOptions(environment: Environment): ConnectionOptions | undefined {
  if (!environment.REDIS_TLS) return undefined;
  // One context for all connections, of which a worker has a dozen: to parse all authorities takes milliseconds.
  const secureContext = createSecureContext({ ca: authorities(environment) });
  return { secureContext, servername: environment.REDIS_HOST };
}

/** Node reads NODE_EXTRA_CA_CERTS when it starts; a `.env` file is too late for it. */
function authorities({ NODE_EXTRA_CA_CERTS: file }: Environment): string[] {
  return file === undefined ? [...rootCertificates] : [...rootCertificates, readFileSync(file, 'utf8')];
}

/** Begins to connect and does not wait: the service starts, and serves, without Redis. */
export function openRedis(environment: Environment, log: Logger): RedisConnections {
  const opened = new Set<Redis>();
  const common = optionsOf(environment);

  function open(purpose: string, options: RedisOptions): Redis {
    const redis = new Redis({ ...common, connectionName: `mr-mentor-${purpose}`, ...options });
    opened.add(redis);
    let away = false;
    redis.on('error', (error: NodeJS.ErrnoException) => {
      // Every attempt to connect ends here; the first one says it all.
      if (away) return;
      away = true;
      log.error({ connection: purpose, reason: error.code ?? error.message }, 'redis is away');
    });
    redis.on('ready', () => {
      if (away) log.info({ connection: purpose }, 'redis is back');
      away = false;
    });
    return redis;
  }

  const requests = open('requests', {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: commandTimeoutMs,
    // A Redis that hangs is left, and used again once a new connection has got an answer: otherwise every command
    // would wait its whole time.
    socketTimeout: commandTimeoutMs,
  });

  return {
    requests,
    open: (purpose) => open(purpose, { maxRetriesPerRequest: null }),
    async ping() {
      await requests.ping();
    },
    async close() {
      await Promise.all(Array.from(opened, (redis) => redis.quit().catch(() => redis.disconnect())));
    },
  };
}
