import { setTimeout as sleep } from 'node:timers/promises';
import { DiagConsoleLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { Environment } from '../config/contract';
import type { Logger } from '../log';
import type { Telemetry } from '../telemetry';
import { openExporter } from './exporter';
import { instrumentations } from './instrumentations';

const shutdownTimeoutMs = 5_000;
const batch = { scheduledDelayMillis: 5_000, maxExportBatchSize: 512 };
/** A statement longer than this is cut: one span must not weigh as much as a thousand. */
const spanLimits = { attributeValueLengthLimit: 4_096 };

export function startTracing(environment: Environment, log: Logger): Telemetry {
  if (environment.OTEL_DEBUG) diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.DEBUG);
  const exporter = openExporter(environment, log);
  const provider = new NodeTracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({
        'service.name': environment.OTEL_SERVICE_NAME,
        'service.version': environment.APP_REVISION,
        'deployment.environment.name': environment.APP_ENV,
        'mr_mentor.process_role': environment.PROCESS_ROLE,
      }),
    ),
    spanLimits,
    spanProcessors: [
      environment.OTEL_DEBUG ? new SimpleSpanProcessor(exporter) : new BatchSpanProcessor(exporter, batch),
    ],
  });
  // Without baggage, which would hand whatever a client sends on to every other system.
  provider.register({ propagator: new W3CTraceContextPropagator() });
  registerInstrumentations({ instrumentations: instrumentations(), tracerProvider: provider });

  return {
    async shutdown() {
      const late = new AbortController();
      const timeout = sleep(shutdownTimeoutMs, 'late', { signal: late.signal }).catch(() => undefined);
      const outcome = await Promise.race([provider.shutdown().catch((error: Error) => error), timeout]);
      late.abort();
      if (outcome === 'late') log.warn({ timeoutMs: shutdownTimeoutMs }, 'traces were not all sent in time');
      else if (outcome instanceof Error) log.warn({ reason: outcome.message }, 'traces were not all sent');
    },
  };
}
