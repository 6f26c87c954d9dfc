import type { IncomingMessage } from 'node:http';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { ExpressInstrumentation, ExpressLayerType } from '@opentelemetry/instrumentation-express';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';

/** Asked every few seconds by the load balancer, by ECS and by the smoke test. */
const unobserved: readonly string[] = ['/api/health', '/api/ready'];

const pathOf = ({ url = '' }: IncomingMessage) => url.split('?', 1)[0] ?? '';

/** SELECT, INSERT …: a statement's first word. */
const verbOf = (sql: string) => /\w+/.exec(sql)?.[0].toUpperCase() ?? 'QUERY';

/** Patches each module as it is loaded: no argument of a command, no parameter of a statement, no header is recorded. */
export function instrumentations(): Instrumentation[] {
  return [
    new HttpInstrumentation({
      ignoreIncomingRequestHook: (request) => unobserved.includes(pathOf(request)),
      requireParentforOutgoingSpans: true,
    }),
    // A span for each of a dozen middlewares would bury the three that matter.
    new ExpressInstrumentation({
      ignoreLayersType: [ExpressLayerType.MIDDLEWARE],
      // By itself it leaves out the route: the layers of Express 5 have no path yet when it looks.
      spanNameHook: ({ layerType, route }, name) => (layerType === ExpressLayerType.REQUEST_HANDLER ? route : name),
    }),
    new PgInstrumentation({
      requireParentSpan: true,
      // By itself it takes the name of a prepared statement, or all up to the first space.
      requestHook: (span, { query }) => void span.updateName(`pg.query:${verbOf(query.text)}`),
    }),
    new IORedisInstrumentation({ requireParentSpan: true, dbStatementSerializer: (command) => command }),
  ];
}
