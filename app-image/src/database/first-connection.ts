import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '../config/contract';
import type { Logger } from '../log';
import { timeLimit } from '../time-limit';
import type { RotatingPool } from './pool';
import { codeOf, isRefusedLogin, isUnavailable } from './unavailable';

const pauseMs = 500;

/** Waits for a PostgreSQL that is still starting or failing over; what will not mend itself fails at once. */
export async function firstConnection(
  pool: RotatingPool,
  environment: Environment,
  log: Logger,
  patienceMs: number,
): Promise<void> {
  const until = performance.now() + patienceMs;
  let told = false;
  for (;;) {
    try {
      await timeLimit(pool.query('SELECT 1'), until - performance.now(), 'The first connection');
      return;
    } catch (error) {
      const left = until - performance.now();
      if (left <= 0 || isRefusedLogin(error) || !isUnavailable(error)) throw explained(error, environment, patienceMs);
      if (!told) log.warn({ host: environment.DB_HOST, reason: reasonOf(error) }, 'waiting for postgres');
      told = true;
      await sleep(Math.min(pauseMs, left));
    }
  }
}

function explained(error: unknown, environment: Environment, patienceMs: number): Error {
  const { DB_HOST: host, DB_PORT: port, DB_NAME: name, DB_INSTANCE_IDENTIFIER: instance } = environment;
  const where = `PostgreSQL at ${host}:${port}, database ${name}`;
  return new Error(`${where}: ${complaint(error, instance, patienceMs)}`, { cause: error });
}

function complaint(error: unknown, instance: string | undefined, patienceMs: number): string {
  const reason = reasonOf(error);
  if (isRefusedLogin(error)) {
    const { message } = error as Error;
    return instance === undefined
      ? `${message}; check DB_USERNAME and DB_PASSWORD`
      : `${message}, also with the secret read again; check that DB_HOST is the endpoint of the instance ${instance}`;
  }
  if (isUnavailable(error)) {
    return `not reachable within ${patienceMs / 1000} s (${reason}); check that it runs, DB_HOST and DB_PORT, and what may connect to it (security group)`;
  }
  if (reason === '3D000') return 'there is no such database; create it or check DB_NAME';
  if (/CERT|SELF_SIGNED|UNABLE_TO/.test(reason)) {
    return `its certificate is not accepted (${reason}); check that DB_HOST is the instance's own endpoint, and NODE_EXTRA_CA_CERTS where the authority is a private one`;
  }
  return (error as Error).message;
}

const reasonOf = (error: unknown) => codeOf(error) ?? (error as Error).message;
