import { type RequestHandler, Router } from 'express';
import type { Environment } from '../config/contract';
import type { Database } from '../database/database';
import { Unavailable } from '../database/unavailable';
import type { RedisConnections } from '../redis/redis';
import { timeLimit } from '../time-limit';
import { HttpError } from './errors';

/** Shared by the routes, which report it, and the shutdown, which turns it on. */
export interface Readiness {
  draining: boolean;
}

interface Check {
  readonly ok: boolean;
  readonly ms: number;
  readonly reason?: string;
}

export interface Dependencies {
  readonly database: Pick<Database, 'ping' | 'pendingMigrations'>;
  readonly redis: Pick<RedisConnections, 'ping'>;
}

const methods = ['GET', 'HEAD'];
/** Above the limits that the checks have themselves. */
const checkTimeoutMs = 2_500;

/**
 * `/api/health` says whether this process serves, and asks nobody: a hiccup of the database must not make the balancer
 * empty both colours. `/api/ready` says whether it could serve everything; the smoke test and people ask it.
 */
export function healthRoutes(environment: Environment, readiness: Readiness, dependencies: Dependencies): Router {
  const identity = {
    environment: environment.APP_ENV,
    role: environment.PROCESS_ROLE,
    revision: environment.APP_REVISION ?? null,
  };
  const state = () => ({ ...identity, uptimeSeconds: Math.floor(process.uptime()) });

  const health: RequestHandler = (_request, response) => {
    const body = readiness.draining
      ? { success: false, message: 'draining', ...state() }
      : { success: true, ...state() };
    response
      .status(readiness.draining ? 503 : 200)
      .set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' })
      .json(body);
  };

  /** Shared by all who ask meanwhile: nobody is signed in here, and it must not become a way to load the stores. */
  let asking: ReturnType<typeof askAll> | undefined;

  const ready: RequestHandler = async (_request, response) => {
    asking ??= askAll(dependencies).finally(() => {
      asking = undefined;
    });
    const checks = await asking;
    const success = !readiness.draining && Object.values(checks).every(({ ok }) => ok);
    response
      .status(success ? 200 : 503)
      .set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' })
      .json({ success, ...(readiness.draining && { message: 'draining' }), ...state(), checks });
  };

  const router = Router({ caseSensitive: true, strict: true });
  router.route('/api/health').get(health).all(refuse);
  router.route('/api/ready').get(ready).all(refuse);
  return router;
}

const refuse: RequestHandler = (_request, response, next) => {
  const allow = methods.join(', ');
  response.setHeader('Allow', allow);
  next(new HttpError(405, 'METHOD_NOT_ALLOWED', `This path answers ${allow} only`));
};

async function askAll(dependencies: Dependencies) {
  const [database, redis, migrations] = await Promise.all([
    check(() => dependencies.database.ping()),
    check(() => dependencies.redis.ping()),
    check(() => nothingPending(dependencies.database)),
  ]);
  return { database, redis, migrations };
}

async function nothingPending(database: Dependencies['database']): Promise<void> {
  const { length: pending } = await database.pendingMigrations();
  if (pending > 0) throw new NotReady(`${pending} pending`);
}

/** Why not, in words that anybody may read. */
class NotReady extends Error {}

async function check(run: () => Promise<void>): Promise<Check> {
  const began = performance.now();
  const ms = () => Math.round(performance.now() - began);
  try {
    await timeLimit(run(), checkTimeoutMs, 'The check');
    return { ok: true, ms: ms() };
  } catch (error) {
    return { ok: false, ms: ms(), reason: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof NotReady) return error.message;
  return error instanceof Unavailable ? 'no answer in time' : 'unreachable';
}
