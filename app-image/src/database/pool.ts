import { setTimeout as sleep } from 'node:timers/promises';
import { Pool, type PoolClient, type PoolConfig } from 'pg';
import type { Environment } from '../config/contract';
import type { Logger } from '../log';
import type { Credentials } from './credentials';
import { tlsOptions } from './tls';
import { codeOf, isRefusedLogin } from './unavailable';

/** No statement may take longer than the slowest request that the platform promises to answer. */
const statementTimeoutMs = 30_000;
/** The server answers within the statement's limit, or it is gone without having closed the connection. */
const answerTimeoutMs = statementTimeoutMs + 5_000;
/** A connection costs a TLS handshake and a login; kept for a minute, traffic with gaps does not pay for it again. */
const idleTimeoutMs = 60_000;
const keepAliveMs = 10_000;
/** RDS changes the password in the database first and the secret a moment later. */
const renewalPauseMs = 500;

type Connected = (error: Error | undefined, client: PoolClient | undefined, done: (release?: unknown) => void) => void;

/**
 * pg's pool, for a password that changes: a login that is refused reads the secret again and is tried again, so that
 * whoever asked for a connection only waits.
 */
export class RotatingPool extends Pool {
  readonly #credentials: Credentials;
  readonly #log: Logger;
  readonly #patienceMs: number;
  #renewal: Promise<boolean> | undefined;
  #renewedAt = Number.NEGATIVE_INFINITY;

  constructor(settings: PoolConfig, credentials: Credentials, log: Logger) {
    super({ ...settings, password: async () => (await credentials.current()).password });
    this.#credentials = credentials;
    this.#log = log;
    this.#patienceMs = settings.connectionTimeoutMillis ?? 0;
    this.#watch();
  }

  // pg's own query and TypeORM come through here, with a callback.
  override connect(): Promise<PoolClient>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<PoolClient> | undefined {
    if (callback === undefined) {
      return new Promise((resolve, reject) => {
        this.connect((error, client) => (client === undefined ? reject(error) : resolve(client)));
      });
    }
    const until = performance.now() + this.#patienceMs;
    const attempt = () => {
      const begun = performance.now();
      super.connect((error, client, done) => {
        if (!isRefusedLogin(error) || performance.now() >= until) return callback(error, client, done);
        this.#renew(begun).then(
          (worthATry) => (worthATry ? attempt() : callback(error, client, done)),
          () => callback(error, client, done),
        );
      });
    };
    attempt();
    return undefined;
  }

  /** Shared by all that were refused. @returns false where another try would be the same again */
  #renew(refusedSince: number): Promise<boolean> {
    if (this.#renewedAt > refusedSince) return Promise.resolve(true);
    this.#renewal ??= this.#readAgain().finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #readAgain(): Promise<boolean> {
    await sleep(Math.max(0, this.#renewedAt + renewalPauseMs - performance.now()));
    try {
      const login = await this.#credentials.refresh();
      if (login === undefined) return false;
      this.#log.warn('the database refused its password; the secret was read again');
      this.options.user = login.username;
    } catch (error) {
      this.#log.error({ err: error }, 'the database refused its password, and the secret cannot be read');
    }
    this.#renewedAt = performance.now();
    return true;
  }

  #watch(): void {
    let away = false;
    this.on('error', (error) => {
      // Every idle connection ends here when the server goes; the first one says it all.
      if (!away) this.#log.error({ reason: codeOf(error) ?? error.message }, 'postgres is away');
      away = true;
    });
    this.on('connect', (client) => {
      if (away) this.#log.info('postgres is back');
      away = false;
      // One that breaks under a statement fails that statement; without a listener it would also end the process.
      client.on('error', () => {});
    });
  }
}

export async function createPool(
  environment: Environment,
  credentials: Credentials,
  log: Logger,
): Promise<RotatingPool> {
  const { username } = await credentials.current();
  const settings: PoolConfig = {
    host: environment.DB_HOST,
    port: environment.DB_PORT,
    database: environment.DB_NAME,
    user: username,
    ssl: await tlsOptions(environment),
    max: environment.DB_CONNECTION_LIMIT,
    connectionTimeoutMillis: environment.DB_POOL_TIMEOUT * 1000,
    idleTimeoutMillis: idleTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveMs,
    statement_timeout: statementTimeoutMs,
    query_timeout: answerTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    application_name: `mr-mentor-${environment.PROCESS_ROLE}`,
  };
  return new RotatingPool(settings, credentials, log);
}
