import type { Group } from '../variable';

export const telemetry = {
  title: 'Logs, traces and alerts',
  variables: {
    LOG_LEVEL: {
      description: 'The least severe lines that are logged',
      source: 'environment',
      type: 'choice',
      values: ['error', 'warn', 'info', 'http', 'verbose', 'debug', 'silly'],
      default: 'info',
    },
    OTEL_SERVICE_NAME: {
      description: 'Name of this service in traces',
      source: 'environment',
      type: 'text',
      feature: 'telemetry',
      default: 'mr-mentor-backend',
    },
    OTEL_EXPORTER: {
      description: 'Where traces go; nowhere where unset',
      source: 'environment',
      type: 'choice',
      values: ['jaeger', 'honeycomb', 'otlp'],
      feature: 'telemetry',
      required: 'feature',
    },
    JAEGER_ENDPOINT: {
      description: "Jaeger's OTLP endpoint, for OTEL_EXPORTER=jaeger",
      source: 'environment',
      type: 'url',
      feature: 'telemetry',
      localDefault: 'http://localhost:4318/v1/traces',
    },
    OTEL_EXPORTER_OTLP_ENDPOINT: {
      description: 'OTLP endpoint over HTTP, for OTEL_EXPORTER=otlp',
      source: 'environment',
      type: 'url',
      feature: 'telemetry',
      localDefault: 'http://localhost:4318/v1/traces',
    },
    OTEL_DEBUG: {
      description: 'Logs what OpenTelemetry does and exports each span at once',
      source: 'environment',
      type: 'boolean',
      feature: 'telemetry',
      default: 'false',
      refused: { in: 'production', value: 'true', because: 'every span would wait for its export' },
    },
    HONEYCOMB_API_KEY: {
      description: 'API key at Honeycomb, for OTEL_EXPORTER=honeycomb',
      source: 'secret',
      secret: true,
      type: 'text',
      feature: 'honeycomb',
      required: 'feature',
    },
    HONEYCOMB_DATASET: {
      description: 'Dataset at Honeycomb that traces go to',
      source: 'environment',
      type: 'text',
      feature: 'honeycomb',
      required: 'feature',
    },
    SLACK_WEBHOOK_URL: {
      description: 'Incoming webhook of the Slack channel that gets health alerts; who knows it can post there',
      source: 'secret',
      secret: true,
      type: 'url',
      feature: 'slack',
      required: 'feature',
    },
  },
} as const satisfies Group;
