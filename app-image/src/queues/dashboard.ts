import express, { type RequestHandler, Router } from 'express';
import helmet from 'helmet';
import type { Redis } from 'ioredis';
import type { LoadedEnvironment } from '../config/load';
import { HttpError } from '../http/errors';
import type { Logger } from '../log';
import { redacted } from '../redaction';
import { operatorsOnly, sameOriginOnly } from './dashboard-access';
import { withoutSecretFields } from './dashboard-redaction';
import type { JobQueues } from './job-queues';
import { everyQueue } from './queue';
import { QueuesUnavailable } from './unavailable';

/** Where the app mounts it. */
export const dashboardPath = '/admin/queues';

/** Longer than its largest page takes; with a Redis that hangs it would wait for ever. */
const limitMs = 10_000;

export interface QueueDashboardProps {
  readonly loaded: LoadedEnvironment;
  readonly jobQueues: JobQueues;
  /** The connection that fails fast. */
  readonly redis: Redis;
  readonly log: Logger;
}

/** Its own scripts and nobody else's; it styles its elements one by one, which has no other name. */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    baseUri: ["'self'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
};

/**
 * Bull Board, for operators: they look at jobs here and retry those that failed.
 *
 * @returns undefined when no password is set
 */
export function queueDashboard({ loaded, jobQueues, redis, log }: QueueDashboardProps): RequestHandler | undefined {
  const { BULL_BOARD_USERNAME: username, BULL_BOARD_PASSWORD: password, APP_ENV } = loaded.environment;
  if (loaded.features.bullBoard.state !== 'on' || username === undefined || password === undefined) return undefined;

  let board: RequestHandler | undefined;
  const router = Router();
  router.use(helmet.contentSecurityPolicy(contentSecurityPolicy));
  router.use(operatorsOnly({ username, password, redis, log }), sameOriginOnly, express.json(), notRedacted);
  router.use((request, _response, next) => {
    const { id: requestId, method, path } = request;
    if (method !== 'GET' && method !== 'HEAD') log.info({ requestId, method, path }, 'queue dashboard used');
    next();
  });
  router.use('/api', whileRedisAnswers(jobQueues));
  router.use((request, response, next) => {
    board ??= openBoard(jobQueues, APP_ENV);
    board(request, response, next);
  });
  return router;
}

/** A job that is shown without its secrets must not be stored or sent without them. */
const notRedacted: RequestHandler = (request, _response, next) => {
  if (!holds(request.body, redacted)) return next();
  next(new HttpError(400, 'REDACTED', 'The job is shown without its secrets: it can be retried, not edited or copied'));
};

/** Not by recursion: a body may be nested deeper than the stack is. */
function holds(body: unknown, text: string): boolean {
  const left = [body];
  for (const value of left) {
    if (typeof value === 'string' && value.includes(text)) return true;
    if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) left.push(inner);
  }
  return false;
}

function whileRedisAnswers(jobQueues: JobQueues): RequestHandler {
  return (_request, response, next) => {
    // Hung up while the password was looked at: nobody would ever stop the timer.
    if (response.closed) return;
    if (!jobQueues.available) return next(new QueuesUnavailable('Redis is away'));
    response.setHeader('Cache-Control', 'no-store');
    const send = response.json.bind(response);
    // The board may get its answer yet, and would send it.
    response.json = (answer) => (response.headersSent ? response : send(answer));
    const timer = setTimeout(() => next(new QueuesUnavailable('Redis does not answer')), limitMs);
    response.once('close', () => clearTimeout(timer));
    next();
  };
}

function openBoard(jobQueues: JobQueues, environment: string): RequestHandler {
  // Not static imports: a process starts without waiting for what hardly anybody asks for.
  const { createBullBoard } = require('@bull-board/api') as typeof import('@bull-board/api');
  const { BullMQAdapter } = require('@bull-board/api/bullMQAdapter') as typeof import('@bull-board/api/bullMQAdapter');
  const { ExpressAdapter } = require('@bull-board/express') as typeof import('@bull-board/express');

  const queues = everyQueue.map((definition) => {
    const { purpose, product } = definition;
    const description = product === undefined ? purpose : `${purpose}. Nobody of this service works on it: ${product}`;
    const adapter = new BullMQAdapter(jobQueues.queue(definition), { description });
    adapter.setFormatter('data', withoutSecretFields);
    return adapter;
  });
  const serverAdapter = new ExpressAdapter();
  serverAdapter.setBasePath(dashboardPath);
  createBullBoard({
    queues,
    serverAdapter,
    options: {
      uiConfig: {
        boardTitle: 'mr-mentor queues',
        environment: {
          label: environment,
          color: environment === 'production' ? '#b91c1c' : '#1d4ed8',
          textColor: '#fff',
        },
        hideDocsLink: true,
        // It would ask Redis for the list of all its clients, for each queue and every few seconds.
        showWorkers: false,
      },
    },
  });
  return serverAdapter.getRouter().disable('x-powered-by') as RequestHandler;
}
