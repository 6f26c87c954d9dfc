const APP_ENVIRONMENTS = ['development', 'test', 'staging', 'demo', 'production'] as const;
const PROCESS_ROLES = ['web', 'worker', 'all'] as const;

export interface Environment {
  readonly appEnvironment: (typeof APP_ENVIRONMENTS)[number];
  readonly processRole: (typeof PROCESS_ROLES)[number];
  /** The image's revision, or null where nobody stated one. */
  readonly revision: string | null;
  readonly host: string;
  readonly port: number;
  /** How long to serve on with readiness off, so that the load balancer notices first. */
  readonly shutdownDrainSeconds: number;
  /** Counted from the signal. Below the container's stop timeout, or ECS kills what it should have let finish. */
  readonly shutdownDeadlineSeconds: number;
  /** Above the load balancer's idle timeout, or it reuses connections that are being closed here. */
  readonly keepAliveTimeoutSeconds: number;
  /** Above the keep-alive timeout. */
  readonly headersTimeoutSeconds: number;
}

export class InvalidEnvironment extends Error {
  constructor(problems: ReadonlyMap<string, string>) {
    const lines = Array.from(problems, ([name, problem]) => `  - ${name} is ${problem}`);
    super(['Invalid environment, not starting:', ...lines].join('\n'));
    this.name = 'InvalidEnvironment';
  }
}

/**
 * Reads the settings, or throws one error that names every bad one.
 *
 * Messages quote values, which is fine only because no variable here is a secret. SECRETS_JSON, which ECS injects,
 * is deliberately never read.
 */
export function readEnvironment(source: NodeJS.ProcessEnv = process.env): Environment {
  const problems = new Map<string, string>();

  // Empty counts as unset: task definitions and `docker run -e NAME=` cannot express the difference.
  const raw = (name: string) => source[name]?.trim() || undefined;

  function integer(name: string, fallback: number, min: number, max: number): number {
    const value = raw(name);
    if (value === undefined) return fallback;
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    problems.set(name, `${JSON.stringify(value)}: must be a whole number from ${min} to ${max}`);
    return fallback;
  }

  function oneOf<T extends string>(name: string, fallback: T, allowed: readonly T[]): T {
    const value = raw(name);
    if (value === undefined) return fallback;
    const match = allowed.find((candidate) => candidate === value);
    if (match !== undefined) return match;
    problems.set(name, `${JSON.stringify(value)}: must be one of ${allowed.join(', ')}`);
    return fallback;
  }

  const environment: Environment = {
    appEnvironment: oneOf('APP_ENV', 'development', APP_ENVIRONMENTS),
    processRole: oneOf('PROCESS_ROLE', 'all', PROCESS_ROLES),
    revision: raw('APP_REVISION') ?? null,
    host: raw('HOST') ?? '0.0.0.0',
    port: integer('PORT', 8000, 1, 65535),
    shutdownDrainSeconds: integer('SHUTDOWN_DRAIN_SECONDS', 15, 0, 600),
    shutdownDeadlineSeconds: integer('SHUTDOWN_DEADLINE_SECONDS', 50, 1, 600),
    keepAliveTimeoutSeconds: integer('KEEP_ALIVE_TIMEOUT_SECONDS', 65, 1, 4000),
    headersTimeoutSeconds: integer('HEADERS_TIMEOUT_SECONDS', 70, 2, 4001),
  };

  // A value that is bad by itself holds a fallback here: comparing that would accuse its neighbour.
  function below(lower: string, lowerValue: number, upper: string, upperValue: number): void {
    if (problems.has(lower) || problems.has(upper) || lowerValue < upperValue) return;
    problems.set(lower, `${lowerValue}: must be below ${upper}, which is ${upperValue}`);
  }
  below(
    'SHUTDOWN_DRAIN_SECONDS',
    environment.shutdownDrainSeconds,
    'SHUTDOWN_DEADLINE_SECONDS',
    environment.shutdownDeadlineSeconds,
  );
  below(
    'KEEP_ALIVE_TIMEOUT_SECONDS',
    environment.keepAliveTimeoutSeconds,
    'HEADERS_TIMEOUT_SECONDS',
    environment.headersTimeoutSeconds,
  );

  if (problems.size > 0) throw new InvalidEnvironment(problems);
  return environment;
}
