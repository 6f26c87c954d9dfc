import type { Environment } from '../config/contract';

/** Where traces go, in OTLP over HTTP. */
export interface Collector {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const tracesPath = '/v1/traces';
const honeycomb = `https://api.honeycomb.io${tracesPath}`;

export function collectorOf(environment: Environment): Collector {
  switch (environment.OTEL_EXPORTER) {
    case 'honeycomb':
      return {
        url: honeycomb,
        headers: {
          'x-honeycomb-team': stated(environment, 'HONEYCOMB_API_KEY'),
          'x-honeycomb-dataset': stated(environment, 'HONEYCOMB_DATASET'),
        },
      };
    case 'otlp':
      return { url: tracesAt(stated(environment, 'OTEL_EXPORTER_OTLP_ENDPOINT')), headers: {} };
    default:
      return { url: tracesAt(stated(environment, 'JAEGER_ENDPOINT')), headers: {} };
  }
}

type Needed = 'HONEYCOMB_API_KEY' | 'HONEYCOMB_DATASET' | 'OTEL_EXPORTER_OTLP_ENDPOINT' | 'JAEGER_ENDPOINT';

function stated(environment: Environment, name: Needed): string {
  const value = environment[name];
  if (value !== undefined) return value;
  throw new Error(`${name}: missing, but OTEL_EXPORTER is ${environment.OTEL_EXPORTER}; set it or unset OTEL_EXPORTER`);
}

/** OpenTelemetry's own convention is a base address, this platform's the whole one: both are understood. */
function tracesAt(endpoint: string): string {
  const url = new URL(endpoint);
  if (!url.pathname.endsWith(tracesPath)) url.pathname = url.pathname.replace(/\/*$/, tracesPath);
  return url.href;
}
