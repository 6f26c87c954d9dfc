import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError, type QueryConfig } from 'pg';
import type { RotatingPool } from './pool';
import { codeOf, isUnavailable } from './unavailable';

/** Statements are constants of the code; a list that goes on growing means that somebody builds them. */
const maxPrepared = 200;
/**
 * Before a read is sent again. The other connections most likely broke with this one; a process needs a moment to
 * notice, and a busy one more than a moment.
 */
const pausesMs = [50, 200];

/** Sends statements straight to the pool: TypeORM's own path costs a query runner for each. */
export class Statements {
  readonly #names = new Map<string, string>();

  constructor(private readonly pool: RotatingPool) {}

  async read<Row>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    const values = parameters as unknown[];
    let name = this.#nameOf(text);
    for (const pauseMs of pausesMs) {
      try {
        return await this.#send<Row>({ name, text, values });
      } catch (error) {
        if (isBrokenConnection(error)) await sleep(pauseMs);
        else if (!isStalePlan(error)) throw error;
        // The next connection may have planned it before a release changed the table, too.
        name = undefined;
      }
    }
    return this.#send<Row>({ text, values });
  }

  query<Row>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.#send<Row>({ text, values: parameters as unknown[] });
  }

  /** A named statement is parsed once on each connection. */
  #nameOf(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size >= maxPrepared) return known;
    const name = `read-${this.#names.size + 1}`;
    this.#names.set(text, name);
    return name;
  }

  /** Not `pool.query`: that gives up the connection for any error, a violated constraint included. */
  async #send<Row>(config: QueryConfig): Promise<Row[]> {
    const client = await this.pool.connect();
    let sound = true;
    try {
      const { rows } = await client.query(config);
      return rows as Row[];
    } catch (error) {
      sound = error instanceof DatabaseError && error.severity === 'ERROR' && !isStalePlan(error);
      throw error;
    } finally {
      client.release(!sound);
    }
  }
}

/** The connection had been there and was lost, at the latest under this statement. */
const isBrokenConnection = (error: unknown) =>
  isUnavailable(error) &&
  /^(57P0[12]$|ECONNRESET|EPIPE|Connection terminated( unexpectedly)?$|Client )/.test(reasonOf(error));

/** A prepared `SELECT *` after a migration has added a column. */
const isStalePlan = (error: unknown) => codeOf(error) === '0A000' && /cached plan/.test((error as Error).message);

const reasonOf = (error: unknown) => codeOf(error) ?? (error as Error).message;
