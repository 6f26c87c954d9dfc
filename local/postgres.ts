import { randomBytes } from 'node:crypto';
import { chownSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, escapeIdentifier } from 'pg';
import { freePort } from './free-port';
import { postgresBinaries, reachable, unprivilegedUser } from './postgres-binaries';
import { type ServerDescription, ServerProcess } from './server-process';

export interface PostgresOptions {
  /** PEM. With it the server takes TLS connections only, as RDS does. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Without TLS as well, as RDS does where `rds.force_ssl` is off. @default false */
  readonly allowPlain?: boolean;
  /** As in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Folder of `initdb` and `postgres`. @default - those of the npm package */
  readonly binaries?: string;
  /** @default - a free one */
  readonly port?: number;
}

const HOST = '127.0.0.1';
const SUPERUSER = 'postgres';

/** Launched only: what takes long can be done before `ready()` is awaited. */
export async function launchPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  return new Postgres(options.port ?? (await freePort()), randomBytes(12).toString('hex'), options);
}

export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const postgres = await launchPostgres(options);
  await postgres.ready();
  return postgres;
}

/** A PostgreSQL server on loopback, with a new cluster that is deleted with it. */
export class Postgres extends ServerProcess {
  readonly host = HOST;
  readonly superuser = SUPERUSER;

  constructor(
    readonly port: number,
    readonly password: string,
    private readonly options: PostgresOptions,
  ) {
    super(describe(port, password, options));
  }

  async createDatabase(name = `database_${randomBytes(6).toString('hex')}`): Promise<{ name: string; url: string }> {
    const client = new Client({
      ...{ host: HOST, port: this.port, user: SUPERUSER, password: this.password, database: 'postgres' },
      // The certificate's authority is the caller's, and who listens is known.
      ssl: this.options.tls && { rejectUnauthorized: false },
    });
    await client.connect();
    try {
      await client.query(`CREATE DATABASE ${escapeIdentifier(name)}`);
    } finally {
      await client.end();
    }
    return { name, url: `postgresql://${SUPERUSER}:${this.password}@${HOST}:${this.port}/${encodeURIComponent(name)}` };
  }
}

function describe(port: number, password: string, options: PostgresOptions): ServerDescription {
  const { tls, allowPlain = tls === undefined, settings, binaries: installed = postgresBinaries() } = options;
  const user = unprivilegedUser();
  const folder = mkdtempSync(join(tmpdir(), 'mr-mentor-postgres-'));
  if (user) chownSync(folder, user.uid, user.gid);
  const binaries = user ? reachable(installed, user, folder) : installed;
  const write = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    if (user) chownSync(path, user.uid, user.gid);
    return path;
  };

  const data = join(folder, 'data');
  const passwordFile = write('password', password);
  const configuration: Readonly<Record<string, string>> = {
    listen_addresses: HOST,
    port: String(port),
    unix_socket_directories: '',
    hba_file: write('hba', `${allowPlain ? 'host' : 'hostssl'} all all ${HOST}/32 scram-sha-256\n`),
    max_connections: '200',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // A throwaway server has nothing to lose in a power cut.
    ...{ fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
    ...(tls && { ssl: 'on', ssl_key_file: write('key.pem', tls.key), ssl_cert_file: write('cert.pem', tls.cert) }),
    ...settings,
  };
  return {
    name: 'PostgreSQL',
    user,
    folder,
    // Without a time zone given, initdb tries out all that there are.
    environment: { TZ: 'UTC' },
    prepare: {
      command: join(binaries, 'initdb'),
      args: [
        ...['-D', data, '-U', SUPERUSER, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
        ...['--no-locale', '--encoding=UTF8', '--no-sync', '--no-instructions'],
      ],
    },
    server: {
      command: join(binaries, 'postgres'),
      args: ['-D', data, ...Object.entries(configuration).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    },
    readyLine: /database system is ready to accept connections/,
    closeWith: 'SIGINT',
    // SIGKILL would leave the backends to find out by themselves, and their shared memory to nobody.
    killWith: 'SIGQUIT',
  };
}
