import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FoundProgram } from './executable';
import { freePort } from './free-port';
import { askRedis } from './redis-command';
import { findRedisServer } from './redis-server';
import { type ServerDescription, ServerProcess } from './server-process';

export interface RedisOptions {
  /** PEM. With it the server takes TLS connections only, as ElastiCache does. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** The same for a primary and its replica. */
  readonly password?: string;
  /** The primary that it follows. With TLS, the PEM of the authority by which it knows the primary. @default - none */
  readonly replicaOf?: { readonly port: number; readonly caPem?: string };
  /** @default - a free one */
  readonly port?: number;
  /** @default noeviction - the only one that BullMQ can live with */
  readonly maxmemoryPolicy?: string;
  /** Keeps the data over a restart, with `always` also what was acknowledged in its last second. @default false */
  readonly appendonly?: boolean | 'always';
  /** @default 16 */
  readonly databases?: number;
  /** As in redis.conf. */
  readonly settings?: Readonly<Record<string, string>>;
}

const HOST = '127.0.0.1';

/** Launched only: what takes long can be done before `ready()` is awaited. */
export async function launchRedis(options: RedisOptions = {}): Promise<Redis> {
  return new Redis(options.port ?? (await freePort()), options, await findRedisServer());
}

export async function startRedis(options: RedisOptions = {}): Promise<Redis> {
  const redis = await launchRedis(options);
  await redis.ready();
  return redis;
}

/** A Redis server on loopback. */
export class Redis extends ServerProcess {
  readonly host = HOST;
  constructor(
    private listeningOn: number,
    private readonly options: RedisOptions,
    server: FoundProgram,
  ) {
    super(describe(listeningOn, options, server));
  }

  get port(): number {
    return this.listeningOn;
  }

  get url(): string {
    const { password, tls } = this.options;
    const login = password ? `:${encodeURIComponent(password)}@` : '';
    return `${tls ? 'rediss' : 'redis'}://${login}${HOST}:${this.port}`;
  }

  /** Takes connections there from now on, and no longer where it did. A restart takes it back. */
  async moveTo(port: number): Promise<void> {
    await this.ask('CONFIG', 'SET', this.options.tls ? 'tls-port' : 'port', String(port));
    this.listeningOn = port;
  }

  /** @returns the answer to a command as it comes over the wire */
  ask(...command: string[]): Promise<string> {
    const { tls, password } = this.options;
    return askRedis({ port: this.port, tls: tls !== undefined, password }, command);
  }
}

function describe(port: number, options: RedisOptions, { command, environment }: FoundProgram): ServerDescription {
  const folder = mkdtempSync(join(tmpdir(), 'mr-mentor-redis-'));
  const write = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const { tls, password, replicaOf, maxmemoryPolicy = 'noeviction', appendonly = false, databases = 16 } = options;
  const configuration: Readonly<Record<string, string>> = {
    bind: HOST,
    dir: folder,
    save: '',
    // A replica is not made to wait for others to come.
    'repl-diskless-sync-delay': '0',
    appendonly: appendonly ? 'yes' : 'no',
    appendfsync: appendonly === 'always' ? 'always' : 'everysec',
    'maxmemory-policy': maxmemoryPolicy,
    databases: String(databases),
    ...(password && { requirepass: password }),
    ...(tls
      ? {
          port: '0',
          'tls-port': String(port),
          'tls-key-file': write('key.pem', tls.key),
          'tls-cert-file': write('cert.pem', tls.cert),
          'tls-auth-clients': 'no',
        }
      : { port: String(port) }),
    ...(replicaOf && password && { masterauth: password }),
    ...(replicaOf?.caPem && { 'tls-replication': 'yes', 'tls-ca-cert-file': write('ca.pem', replicaOf.caPem) }),
    ...options.settings,
  };
  const args = Object.entries(configuration).flatMap(([name, value]) => [`--${name}`, value]);
  if (replicaOf) args.push('--replicaof', HOST, String(replicaOf.port));
  return {
    name: 'Redis',
    folder,
    environment,
    server: { command, args },
    readyLine: /Ready to accept connections/,
    closeWith: 'SIGTERM',
    killWith: 'SIGKILL',
  };
}
