import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { HttpError, notFound, parse, unauthorized } from '../http/errors';
import type {} from '../http/request';
import type { Guards } from '../identity/guards';
import type { Identity } from '../identity/tokens';
import type { Logger } from '../log';
import { Outage } from '../outage';
import { mostSessions, type Session, Sessions, sessionMs } from './sessions';

export interface TerminalRoutesProps {
  /** The connection that fails fast. */
  readonly redis: Redis;
  readonly guards: Guards;
  readonly log: Logger;
}

const parameters = z.object({ id: z.uuid('must be the id of a terminal session') });

/** Mounted at /api/terminal-sessions: what a CLI and a browser need before they meet at the relay. */
export function terminalRoutes({ redis, guards, log }: TerminalRoutesProps): Router {
  const sessions = new Sessions(redis);
  const outage = new Outage(log, 'redis is away: terminal sessions are refused');

  /** Nothing here works without Redis, and says so. */
  const handle =
    (work: (request: Request, response: Response, identity: Identity) => Promise<void>): RequestHandler =>
    async (request, response) => {
      const { identity } = request;
      if (identity === undefined) throw unauthorized('Sign in first: a valid token is missing');
      // A token for a terminal is in one answer.
      response.setHeader('Cache-Control', 'no-store');
      try {
        await work(request, response, identity);
      } catch (error) {
        if (error instanceof HttpError) throw error;
        outage.note(error as Error);
        throw new HttpError(503, 'TERMINAL_UNAVAILABLE', 'Terminals are not available at the moment: try again');
      }
    };

  /** Whether it exists is nobody else's business. */
  async function own({ params }: Request, { userId }: Identity): Promise<Session> {
    const session = await sessions.find(parse(parameters, params).id);
    if (session?.owner.userId !== userId) throw notFound('You have no such terminal session: it may have ended');
    return session;
  }

  const router = Router();
  router.use(guards.requireUser);

  router.post(
    '/',
    handle(async (_request, response, identity) => {
      const created = await sessions.create(identity);
      if (created === undefined)
        throw new HttpError(
          409,
          'TOO_MANY_TERMINAL_SESSIONS',
          `You have ${mostSessions} terminal sessions, which is all you may have: end one, or let one expire`,
        );
      const { id: sessionId, cliToken } = created;
      response.status(201).json({ success: true, data: { sessionId, cliToken, expiresInSeconds: sessionMs / 1000 } });
    }),
  );

  router.get(
    '/',
    handle(async (_request, response, { userId }) => {
      const ids = await sessions.listOf(userId);
      response.json({ success: true, data: ids.map((sessionId) => ({ sessionId })) });
    }),
  );

  router.get(
    '/:id',
    handle(async (request, response, identity) => {
      const session = await own(request, identity);
      const { leftMs, cli, browser } = await sessions.state(session);
      const data = {
        sessionId: session.id,
        createdAt: new Date(session.createdAt).toISOString(),
        expiresInSeconds: Math.ceil(leftMs / 1000),
        cli: cli ? 'connected' : 'away',
        browser: browser ? 'connected' : 'away',
      };
      response.json({ success: true, data });
    }),
  );

  router.delete(
    '/:id',
    handle(async (request, response, identity) => {
      await sessions.end(await own(request, identity));
      response.json({ success: true });
    }),
  );

  return router;
}
