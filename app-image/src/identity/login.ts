import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { HttpError, parse, unauthorized } from '../http/errors';
import type { Logger } from '../log';
import { email, password } from './credentials';
import { LineTooLong } from './gate';
import type { Guards } from './guards';
import type { LoginEvents } from './login-events';
import type { MasterLogin } from './master-login';
import type { Passwords } from './passwords';
import type { Revocations } from './revocations';
import type { Tokens } from './tokens';
import { profile, type User, type Users, type UserWithPassword } from './users';

export interface LoginProps {
  readonly users: Users;
  readonly passwords: Passwords;
  readonly tokens: Tokens;
  readonly revocations: Revocations;
  readonly guards: Guards;
  readonly events: LoginEvents;
  readonly log: Logger;
  /** @default - none: its path does not exist */
  readonly masterLogin?: MasterLogin;
}

const loginBody = z.object({ email, password });
const logoutBody = z.object({ everywhere: z.boolean().default(false) });

/** Mounted at /api/auth. */
export function loginRoutes(props: LoginProps): Router {
  const { users, passwords, tokens, revocations, guards, events, log, masterLogin } = props;

  async function welcome(response: Response, user: User): Promise<void> {
    const token = await tokens.issue(user);
    const data = { token, tokenType: 'Bearer', expiresIn: tokens.lifetimeSeconds, user: profile(user) };
    response.setHeader('Cache-Control', 'no-store').json({ success: true, data });
  }

  async function verify(response: Response, given: string, user: UserWithPassword | null) {
    try {
      return await passwords.verify(given, user?.passwordHash ?? null);
    } catch (error) {
      if (!(error instanceof LineTooLong)) throw error;
      response.setHeader('Retry-After', 5);
      throw new HttpError(503, 'BUSY', 'Too many people sign in at this moment: try again in some seconds');
    }
  }

  async function recordLogin(request: Request, address: string, user: User | null, succeeded: boolean): Promise<void> {
    const event = { userId: user?.id ?? null, email: address, kind: 'password', succeeded } as const;
    try {
      await events.record(event, request);
    } catch (error) {
      log.error({ requestId: request.id, err: error }, 'a login was not recorded');
    }
  }

  /** While the password is at hand. */
  async function renewHash(user: UserWithPassword, given: string): Promise<void> {
    try {
      await users.replaceHash(user, await passwords.hash(given));
    } catch (error) {
      log.error({ userId: user.id, err: error }, 'an outdated password hash was not renewed');
    }
  }

  const router = Router();

  router.post('/login', async (request, response) => {
    const given = parse(loginBody, request.body);
    const user = await users.byEmail(given.email);
    const { matches, outdated } = await verify(response, given.password, user);
    const admitted = user?.isActive && matches;
    await recordLogin(request, given.email, user, admitted === true);
    if (!admitted) throw refuseLogin(response);
    if (outdated) await renewHash(user, given.password);
    await welcome(response, user);
  });

  if (masterLogin) {
    router.post('/master-login', async (request, response) => {
      const user = await masterLogin.attempt(request);
      if (user === null) throw refuseLogin(response);
      await welcome(response, user);
    });
  }

  router.post('/logout', guards.requireUser, async (request, response) => {
    const { everywhere } = parse(logoutBody, request.body ?? {});
    const { identity } = request;
    if (identity === undefined) throw unauthorized('Sign in first');
    try {
      await (everywhere ? revocations.revokeUser(identity.userId) : revocations.revokeToken(identity));
    } catch (error) {
      log.error({ requestId: request.id, err: error }, 'a token was not revoked');
      const left = Math.ceil((identity.expiresAt - Date.now()) / 60_000);
      throw new HttpError(
        503,
        'NOT_REVOKED',
        `The token cannot be revoked at the moment: try again, or forget it; it ends by itself in ${left} min`,
      );
    }
    response.json({ success: true });
  });

  router.get('/me', guards.requireUser, async (request, response) => {
    const user = request.identity ? await users.byId(request.identity.userId) : null;
    if (!user?.isActive) throw unauthorized('This user is not active any more');
    response.setHeader('Cache-Control', 'no-store').json({ success: true, data: profile(user) });
  });

  return router;
}

/** One answer for an unknown address, a wrong password and a user who is not active. */
function refuseLogin(response: Response): HttpError {
  response.setHeader('WWW-Authenticate', 'Bearer');
  return new HttpError(401, 'INVALID_CREDENTIALS', 'These credentials are not right');
}
