import express, { type Express, type RequestHandler, type Router } from 'express';
import helmet, { type HelmetOptions } from 'helmet';
import type { Environment } from '../config/contract';
import type { Logger } from '../log';
import { crossOrigin } from './cors';
import { answerErrors, nothingHere } from './errors';
import type { Readiness } from './health';
import { accessLog, platform, requestId } from './request-context';

/** The documented limit: larger things are uploaded to S3. */
const limit = '20mb';
const bodies = [express.json({ limit }), express.urlencoded({ limit, extended: false })];

/** Every answer is JSON: none is a page, and what only pages heed is left out. */
const securityHeaders: HelmetOptions = {
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xPoweredBy: false,
  xXssProtection: false,
};

export interface AppProps {
  readonly environment: Environment;
  readonly readiness: Readiness;
  readonly log: Logger;
  /** Answered first, and never counted, refused or parsed. */
  readonly health: Router;
  /** @default - none: a worker serves its health only */
  readonly api?: {
    readonly identify: RequestHandler;
    readonly rateLimits: RequestHandler;
    /** Mounted at /api; they read the body themselves, as a signature is over its bytes. */
    readonly webhooks: Router;
    /** Mounted at /api. */
    readonly routes: Router;
    /** The one page there is. */
    readonly dashboard: { readonly path: string; readonly handler: RequestHandler | undefined };
  };
}

/** Builds the Express app and nothing else: the caller listens, and closes. */
export function createApp({ environment, readiness, log, health, api }: AppProps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', environment.TRUST_PROXY_HOPS);
  app.set('query parser', 'simple');

  app.use(sendElsewhere(readiness), requestId, health);
  if (log.isLevelEnabled('debug')) app.use(accessLog(log));
  if (api) {
    app.use(helmet(securityHeaders));
    // Before CORS: its pages are of this origin and no other, which need not be one that calls the API.
    if (api.dashboard.handler) app.use(api.dashboard.path, api.dashboard.handler);
    app.use(crossOrigin(environment.CORS_ALLOWED_ORIGINS), platform, api.identify);
    // Elsewhere nothing is counted, so nothing is read either.
    app.use('/api', api.rateLimits, api.webhooks, ...bodies, api.routes);
  }
  app.use(nothingHere, answerErrors(log));
  return app;
}

/** While draining every client is sent elsewhere, so that few connections are left to cut at the end. */
function sendElsewhere(readiness: Readiness): RequestHandler {
  return (_request, response, next) => {
    if (readiness.draining) response.setHeader('Connection', 'close');
    next();
  };
}
