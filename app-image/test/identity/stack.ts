import { randomUUID, type ScryptOptions, scrypt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import express, { type Router } from 'express';
import type { Environment } from '../../src/config/contract';
import { loadEnvironment } from '../../src/config/load';
import { type Database, openDatabase } from '../../src/database/database';
import type { Role } from '../../src/database/entities';
import { answerErrors, nothingHere } from '../../src/http/errors';
import { requestId } from '../../src/http/request-context';
import { createIdentity, type IdentityService } from '../../src/identity/identity';
import { Passwords } from '../../src/identity/passwords';
import { createLogger, type Logger } from '../../src/log';
import { Metrics } from '../../src/metrics';
import { openRedis } from '../../src/redis/redis';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Call {
  readonly method?: string;
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface Parts {
  readonly environment: Environment;
  readonly database: Database;
  readonly identity: IdentityService;
  readonly log: Logger;
}

const password = 'correct horse battery staple';
const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);
/** At next to no cost where it is today's: what hashing takes is for passwords.test.ts to see to. */
const passwords = new Passwords((given, salt, length, options) =>
  derive(given, salt, length, options.N === 2 ** 14 ? { ...options, N: 2 } : options),
);
const hashed = passwords.hash(password);

/** What one process of the service has, with routes of the test beside those of identity. */
export async function startStack(
  variables: Readonly<Record<string, string>>,
  addRoutes: (router: Router, parts: Parts) => void = () => {},
) {
  const { environment } = loadEnvironment({ APP_ENV: 'test', ...variables });
  const logs: LogLine[] = [];
  const log = createLogger(environment, { write: (line: string) => void logs.push(JSON.parse(line)) });
  const written: string[] = [];
  const metrics = new Metrics({ dimensions: {}, write: (line) => written.push(line) });
  const redis = openRedis(environment, log);
  const database = await openDatabase(environment, log);
  const identity = createIdentity({ environment, database, redis: redis.requests, metrics, log, passwords });

  const routes = express.Router();
  routes.use('/auth', identity.routes);
  addRoutes(routes, { environment, database, identity, log });
  const app = express().use(requestId, identity.identify, express.json(), express.urlencoded({ extended: false }));
  app.use('/api', routes).use(nothingHere, answerErrors(log));
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;

  return {
    ...{ environment, database, redis, identity, logs, password },

    async call(path: string, { method, token, body, headers }: Call = {}): Promise<Answer> {
      const response = await fetch(url + path, {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
    },

    /** A new user, whose password is `password`. */
    async addUser(role: Role = 'USER', { isActive = true, email = `${randomUUID()}@school.test` } = {}) {
      const [user] = await database.query<{ id: string }>(
        'INSERT INTO users (email, "passwordHash", role, "isActive") VALUES ($1, $2, $3, $4) RETURNING id',
        [email, await hashed, role, isActive],
      );
      if (user === undefined) throw new Error('The user was not added.');
      return { id: user.id, email, role, token: await identity.tokens.issue({ id: user.id, role }) };
    },

    loginEvents: (email: string) =>
      database.query<Readonly<Record<string, unknown>>>('SELECT * FROM login_events WHERE email = $1 ORDER BY id', [
        email,
      ]),

    /** Since the last time. */
    async counted(name: string): Promise<unknown> {
      written.length = 0;
      await metrics.flush();
      return written.map((line) => JSON.parse(line)[name]).find((value) => value !== undefined);
    },

    async close() {
      server.closeAllConnections();
      server.close();
      await Promise.all([database.close(), redis.close()]);
    },
  };
}

export type Stack = Awaited<ReturnType<typeof startStack>>;

/** Redis connects by itself, and what is asked before fails. */
export async function connected({ redis }: Stack): Promise<void> {
  if (redis.requests.status !== 'ready') await once(redis.requests, 'ready');
}
