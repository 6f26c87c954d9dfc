import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';
import type { Environment } from './config/contract';
import { secretValues } from './config/secret-values';
import { redacted, withoutSecrets } from './redaction';

export type { Logger } from 'pino';

/** The seeds' words, which are winston's, in pino's. */
const levels: Readonly<Record<Environment['LOG_LEVEL'], string>> = {
  error: 'error',
  warn: 'warn',
  info: 'info',
  http: 'debug',
  verbose: 'debug',
  debug: 'debug',
  silly: 'trace',
};

const paths = ['authorization', 'cookie', 'password', 'secret', 'token', '["x-api-key"]', '["set-cookie"]'].flatMap(
  (name) => [name, name.startsWith('[') ? `*${name}` : `*.${name}`],
);

/** Of an error. Whatever else a library hangs on it may quote what it was given: PostgreSQL quotes the row. */
const told = ['type', 'message', 'stack', 'code', 'status', 'table', 'column', 'constraint'] as const;

/** What is thrown need not be an error. */
function describe(thrown: unknown): unknown {
  const all: Readonly<Record<string, unknown>> = stdSerializers.err(thrown as Error);
  if (all === thrown) return thrown;
  return Object.fromEntries(told.flatMap((field) => (all[field] === undefined ? [] : [[field, all[field]]])));
}

/**
 * One JSON object a line, on standard output. Writes to a pipe are synchronous, so a line before an exit is not lost.
 *
 * Secrets are taken out twice: by name where a field is called one, and by value wherever one stands, since an error
 * of a library may quote what it was given.
 */
export function createLogger(environment: Environment, destination?: DestinationStream): Logger {
  const secrets = secretValues(environment).map((value) => JSON.stringify(value).slice(1, -1));
  const options = {
    level: levels[environment.LOG_LEVEL],
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    serializers: { err: describe },
    formatters: { level: (level: string) => ({ level }) },
    redact: { paths, censor: redacted },
    hooks: { streamWrite: withoutSecrets(secrets) },
  };
  return destination ? pino(options, destination) : pino(options, pino.destination({ fd: 1, sync: true }));
}
