import type { RequestHandler, Router } from 'express';
import type { Redis } from 'ioredis';
import type { Environment } from '../config/contract';
import type { Database } from '../database/database';
import type { Logger } from '../log';
import type { Metrics } from '../metrics';
import { bootstrapAdmin } from './bootstrap-admin';
import { createGuards, type Guards, identify } from './guards';
import { loginRoutes } from './login';
import { LoginEvents } from './login-events';
import { createMasterLogin } from './master-login';
import { Passwords } from './passwords';
import { Revocations } from './revocations';
import { Tokens } from './tokens';
import { Users } from './users';

export interface IdentityProps {
  readonly environment: Environment;
  readonly database: Database;
  /** The connection that fails fast. */
  readonly redis: Redis;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** @default - with the cost that OWASP recommends */
  readonly passwords?: Passwords;
}

export interface IdentityService {
  readonly tokens: Tokens;
  readonly revocations: Revocations;
  readonly guards: Guards;
  /** Before the rate limits. */
  readonly identify: RequestHandler;
  /** Mounted at /api/auth. */
  readonly routes: Router;
  /** After the migrations, on each boot. */
  bootstrap(): Promise<void>;
}

export function createIdentity(props: IdentityProps): IdentityService {
  const { environment, database, redis, metrics, log, passwords = new Passwords() } = props;
  const tokens = new Tokens(environment);
  const revocations = new Revocations({ redis, log, metrics, lifetimeSeconds: tokens.lifetimeSeconds });
  const users = new Users(database);
  const events = new LoginEvents(database);
  const guards = createGuards({ tokens, revocations, users, environment });
  const masterLogin = createMasterLogin({ environment, redis, users, events, log });
  return {
    tokens,
    revocations,
    guards,
    identify: identify(tokens),
    routes: loginRoutes({ users, passwords, tokens, revocations, guards, events, log, masterLogin }),
    bootstrap: () => bootstrapAdmin({ environment, database, passwords, log }),
  };
}
