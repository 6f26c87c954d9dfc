import { type Response, Router } from 'express';
import type { LoadedEnvironment } from '../config/load';
import { parse } from '../http/errors';
import type { Guards } from '../identity/guards';
import type { Logger } from '../log';
import { AskMas, Busy } from './ask-mas';
import { question } from './question';

export interface AiRoutesProps {
  readonly loaded: LoadedEnvironment;
  readonly guards: Guards;
  readonly log: Logger;
}

/** Mounted at /api/ai, where one user may ask 30 times a minute. */
export function aiRoutes({ loaded, guards, log }: AiRoutesProps): Router {
  const askMas = new AskMas(loaded.environment);
  const router = Router();

  router.post('/ask', guards.requireUser, async (request, response) => {
    const asked = parse(question, request.body);
    const hangUp = hangUpOf(response);
    try {
      const data = await askMas.ask(asked, hangUp);
      response.json({ success: true, data });
    } catch (error) {
      // Nobody is there to answer, and nothing failed.
      if (hangUp.aborted) return void log.info({ requestId: request.id }, 'a question was taken back');
      if (error instanceof Busy && error.retryAfterMs !== undefined)
        response.setHeader('Retry-After', Math.ceil(error.retryAfterMs / 1000));
      throw error;
    }
  });

  return router;
}

/** Aborts when the client goes before it is answered: then nobody pays for the answer. */
function hangUpOf(response: Response): AbortSignal {
  const hangUp = new AbortController();
  if (response.destroyed) hangUp.abort();
  response.once('close', () => {
    if (!response.writableFinished) hangUp.abort();
  });
  return hangUp.signal;
}
