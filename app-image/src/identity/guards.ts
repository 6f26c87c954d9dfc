import type { Request, RequestHandler, Response } from 'express';
import type { Environment } from '../config/contract';
import type { Role } from '../database/entities';
import { forbidden, HttpError } from '../http/errors';
import type {} from '../http/request';
import type { Revocations } from './revocations';
import { isAdministrator } from './roles';
import { type Identity, RefusedToken, type TokenProblem, type Tokens } from './tokens';
import type { Users } from './users';

export interface Guards {
  /** Anyone who is signed in. */
  readonly requireUser: RequestHandler;
  /** Signed in, with one of these roles in the database: one that was taken away is gone here at once. */
  readonly requireRole: (...roles: readonly Role[]) => RequestHandler;
  /** An administrator whom ADMIN_USER_IDS names. */
  readonly requireAdminOperations: RequestHandler;
}

export interface GuardsProps {
  readonly tokens: Tokens;
  readonly revocations: Revocations;
  readonly users: Users;
  readonly environment: Pick<Environment, 'ADMIN_USER_IDS'>;
}

const bearer = /^Bearer +([\w.~+/-]+=*)$/i;
const tokenOf = (request: Request) => bearer.exec(request.headers.authorization ?? '')?.[1];

/**
 * Whoever shows a valid token is known from here on; nobody is refused. It asks nothing of Redis or PostgreSQL,
 * since the rate limits come only after it.
 */
export function identify(tokens: Tokens): RequestHandler {
  return (request, _response, next) => {
    const token = tokenOf(request);
    if (token === undefined) return next();
    outcome(tokens, token).then((answer) => {
      if (typeof answer === 'object') request.identity = answer;
      next();
    }, next);
  };
}

async function outcome(tokens: Tokens, token: string): Promise<Identity | TokenProblem> {
  try {
    return await tokens.verify(token);
  } catch (error) {
    if (error instanceof RefusedToken) return error.problem;
    throw error;
  }
}

export function createGuards({ tokens, revocations, users, environment }: GuardsProps): Guards {
  async function signedIn(request: Request, response: Response): Promise<Identity> {
    const { identity } = request;
    if (identity === undefined) throw refuse(request, response, await whyNot(request));
    if (await revocations.isRevoked(identity)) throw refuse(request, response, 'TOKEN_REVOKED');
    return identity;
  }

  /** `identify` forgot the reason; it is asked for here only. */
  async function whyNot(request: Request): Promise<keyof typeof messages> {
    const token = tokenOf(request);
    if (token === undefined) return 'UNAUTHORIZED';
    return (await outcome(tokens, token)) === 'expired' ? 'TOKEN_EXPIRED' : 'UNAUTHORIZED';
  }

  async function allowed(userId: string): Promise<boolean> {
    const user = await users.byId(userId);
    if (!user?.isActive || !isAdministrator(user.role)) return false;
    const names = [user.id, user.email].map((name) => name.toLowerCase());
    return environment.ADMIN_USER_IDS.some((entry) => names.includes(entry.toLowerCase()));
  }

  return {
    requireUser: async (request, response, next) => {
      await signedIn(request, response);
      next();
    },
    requireRole: (...roles) => {
      return async (request, response, next) => {
        const { userId } = await signedIn(request, response);
        const user = await users.byId(userId);
        if (!user?.isActive || !roles.includes(user.role))
          throw forbidden(`This takes one of the roles ${roles.join(', ')}`);
        next();
      };
    },
    requireAdminOperations: async (request, response, next) => {
      const { userId } = await signedIn(request, response);
      if (!(await allowed(userId))) throw forbidden('This is for listed administrators only');
      next();
    },
  };
}

const messages = {
  UNAUTHORIZED: 'Sign in first: a valid token is missing',
  TOKEN_EXPIRED: 'The token has expired: sign in again',
  TOKEN_REVOKED: 'The token was revoked: sign in again',
};

function refuse(request: Request, response: Response, code: keyof typeof messages): HttpError {
  response.setHeader('WWW-Authenticate', tokenOf(request) === undefined ? 'Bearer' : 'Bearer error="invalid_token"');
  return new HttpError(401, code, messages[code]);
}
