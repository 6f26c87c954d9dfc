import { z } from 'zod';
import type { Environment } from '../config/contract';
import type { Logger } from '../log';
import type { ManagedSecrets } from './managed-secret';

export interface Login {
  readonly username: string;
  readonly password: string;
}

export interface Credentials {
  /** What a new connection logs in with. */
  current(): Promise<Login>;
  /** Reads it again, because a login was refused. @returns undefined where there is nowhere to read another one */
  refresh(): Promise<Login | undefined>;
}

/**
 * RDS rotates every seven days, and a refused login reads the secret at once. The age only bounds for how long
 * processes that open few connections would go on trying an outdated password, one refused login each.
 */
const maxAgeMs = 5 * 60_000;

export function createCredentials(environment: Environment, secrets: ManagedSecrets, log: Logger): Credentials {
  const { DB_INSTANCE_IDENTIFIER: instance } = environment;
  return instance === undefined ? stated(environment) : new RotatingCredentials(instance, secrets, log);
}

function stated({ DB_USERNAME: username, DB_PASSWORD: password }: Environment): Credentials {
  if (username === undefined || password === undefined) {
    throw new Error('DB_USERNAME and DB_PASSWORD: both are needed where there is no DB_INSTANCE_IDENTIFIER; set them');
  }
  return { current: async () => ({ username, password }), refresh: async () => undefined };
}

class RotatingCredentials implements Credentials {
  #login: Login | undefined;
  #readAt = 0;
  #reading: Promise<Login> | undefined;

  constructor(
    private readonly instance: string,
    private readonly secrets: ManagedSecrets,
    private readonly log: Logger,
  ) {}

  async current(): Promise<Login> {
    if (this.#login === undefined) return this.refresh();
    // No connection waits for AWS while there is a password that most likely still holds.
    if (performance.now() - this.#readAt > maxAgeMs) {
      this.refresh().catch((error: Error) => this.log.warn({ reason: error.message }, 'database secret was not read'));
    }
    return this.#login;
  }

  /** However many connections ask at once, one call is made. */
  refresh(): Promise<Login> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** The ARN is asked for each time: a restored instance has another secret. */
  async #read(): Promise<Login> {
    const value = await this.secrets.secretValue(await this.secrets.secretArn(this.instance));
    this.#login = loginIn(value, this.instance);
    this.#readAt = performance.now();
    return this.#login;
  }
}

const loginDocument = z.object({ username: z.string().min(1), password: z.string().min(1) });

function loginIn(text: string, instance: string): Login {
  try {
    return loginDocument.parse(JSON.parse(text));
  } catch {
    // Neither error is passed on: JSON.parse quotes what it was given.
    throw new Error(`The secret of the RDS instance ${instance} is not JSON with "username" and "password"`);
  }
}
