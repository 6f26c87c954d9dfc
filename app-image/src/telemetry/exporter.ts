import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Environment } from '../config/contract';
import { secretValues } from '../config/secret-values';
import type { Logger } from '../log';
import { collectorOf } from './collector';
import { redactionOf } from './redaction';

/** With its retries. Below the limit of a shutdown, so that the loss of the last batch is reported too. */
const exportTimeoutMs = 4_000;

type Result = Parameters<Parameters<SpanExporter['export']>[1]>[0];

/** Sends spans without what must not leave the process, and says when the collector goes away and comes back. */
export function openExporter(environment: Environment, log: Logger): SpanExporter {
  const collector = collectorOf(environment);
  const exporter = new OTLPTraceExporter({ ...collector, timeoutMillis: exportTimeoutMs });
  const redact = redactionOf(secretValues(environment));
  const { host } = new URL(collector.url);
  let away = false;

  function report({ error }: Result): void {
    // Every batch ends here; the first one that is lost says it all.
    if (error && !away) log.error({ collector: host, reason: error.message }, 'traces are lost: the collector is away');
    if (!error && away) log.info({ collector: host }, 'traces are sent again');
    away = error !== undefined;
  }

  return {
    export(spans: ReadableSpan[], done) {
      exporter.export(spans.map(redact), (result) => {
        report(result);
        done(result);
      });
    },
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
}
