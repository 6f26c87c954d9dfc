import type { Environment } from './config/contract';
import type { Logger } from './log';

export interface Telemetry {
  /** Sends what is still buffered. Takes five seconds at most and never throws. */
  shutdown(): Promise<void>;
}

/**
 * Traces from here on, or nothing where no OTEL_EXPORTER is stated. To be called before express, pg and ioredis are
 * loaded, since they are patched as they are.
 */
export function startTelemetry(environment: Environment, log: Logger): Telemetry | undefined {
  if (environment.OTEL_EXPORTER === undefined) return undefined;
  // Not a static import: without an exporter not one module of OpenTelemetry is loaded.
  const { startTracing } = require('./telemetry/tracing') as typeof import('./telemetry/tracing');
  return startTracing(environment, log);
}
