import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../local/free-port';
import type { Postgres } from '../../../local/postgres';
import type { Redis } from '../../../local/redis';
import { ServiceProcess } from '../server-process';
import { type RequestKind, send } from './traffic';

const administrator = { email: 'admin@example.com', password: 'local-only-admin-password' };

export interface Service {
  readonly port: number;
  readonly process: ServiceProcess;
  readonly environment: Readonly<Record<string, string>>;
}

/** What a service needs to use these two, with a database of its own. */
export async function variablesOf(postgres: Postgres, redis: Redis) {
  return {
    DB_HOST: postgres.host,
    DB_PORT: String(postgres.port),
    DB_NAME: (await postgres.createDatabase()).name,
    DB_USERNAME: postgres.superuser,
    DB_PASSWORD: postgres.password,
    DB_CONNECTION_LIMIT: '10',
    ...redisVariables(redis),
  };
}

export const redisVariables = (redis: Redis) => ({ REDIS_HOST: redis.host, REDIS_PORT: String(redis.port) });

/** Resolves when it serves. */
export async function startService(environment: Readonly<Record<string, string>>): Promise<Service> {
  const port = await freePort();
  return startAgain({ APP_ENV: 'test', HOST: '127.0.0.1', PROCESS_ROLE: 'web', PORT: String(port), ...environment });
}

/** With the very environment of one that has ended. */
export async function startAgain(environment: Readonly<Record<string, string>>): Promise<Service> {
  // Each request of a test says from whom it comes.
  const variables = { TRUST_PROXY_HOPS: '1', ...environment };
  const process = new ServiceProcess('main', variables);
  await process.logged('listening');
  return { port: Number(environment.PORT), process, environment: variables };
}

interface Call {
  readonly token?: string;
  readonly body?: unknown;
  readonly address?: string;
}

/** A single request beside the load. @returns the parsed body with its outcome */
export async function call(port: number, path: string, { token, body, address }: Call = {}) {
  const kind: RequestKind = {
    ...{ name: path, path, served: [], workers: 1 },
    method: body === undefined ? 'GET' : 'POST',
    body: body === undefined ? undefined : JSON.stringify(body),
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(address !== undefined && { 'x-forwarded-for': address }),
    },
  };
  const { result, headers, body: text } = await send(kind, port);
  const answer = typeof result === 'number' && text !== '' ? JSON.parse(text) : undefined;
  return { status: result, headers, answer };
}

/** @returns a token of its own each time */
export async function signIn(port: number): Promise<string> {
  const { status, answer } = await call(port, '/api/auth/login', { body: administrator });
  if (status !== 200) throw new Error(`Signing in ended with ${status}: ${JSON.stringify(answer)}`);
  return answer.data.token;
}

const setting = 'faults';

/** Signs in, and stores what the load reads. */
export async function prepare(
  port: number,
): Promise<{ readonly token: string; readonly kinds: readonly RequestKind[] }> {
  const token = await signIn(port);
  const { status } = await call(port, '/api/admin/system-config', { token, body: { key: setting, value: 'true' } });
  if (status !== 201) throw new Error(`Storing the setting ended with ${status}`);
  return { token, kinds: ordinaryRequests(token) };
}

/** What people do all day. Logins are few, since each costs a core for a fifth of a second. */
function ordinaryRequests(token: string): RequestKind[] {
  const login = { method: 'POST', path: '/api/auth/login', workers: 1, pauseMs: 300 } as const;
  const wrong = { ...administrator, password: 'wrong-password' };
  return [
    { name: 'health', path: '/api/health', served: [200], workers: 2 },
    { name: 'setting', path: `/api/system-config/${setting}`, served: [200], workers: 4 },
    { name: 'me', path: '/api/auth/me', headers: { authorization: `Bearer ${token}` }, served: [200], workers: 4 },
    { name: 'login', ...login, body: JSON.stringify(administrator), served: [200] },
    { name: 'wrong login', ...login, body: JSON.stringify(wrong), served: [401] },
  ];
}

/** Milliseconds until it holds, tried every 20 ms. @throws when it does not within the limit */
export async function until(holds: () => Promise<boolean>, limitMs: number, what: string): Promise<number> {
  const began = performance.now();
  while (!(await holds())) {
    if (performance.now() - began > limitMs) throw new Error(`${what}: not within ${limitMs} ms`);
    await sleep(20);
  }
  return performance.now() - began;
}
