import type { Environment } from '../../src/config/contract';
import { type Database, openDatabase } from '../../src/database/database';
import type { JobContext } from '../../src/queues/handlers';
import { type CapturedLog, captureLog, environmentOf } from '../database/environment';
import { freshDatabase } from '../stores';

/** What handlers need: a migrated database of the test's own, and the context of a job. */
export interface Work extends Pick<CapturedLog, 'log' | 'messages' | 'text'> {
  readonly database: Database;
  readonly environment: Environment;
  /** The environment, changed. */
  environmentWith(variables: Readonly<Record<string, string>>): Environment;
  /** Of a job of this id. @default - a new one each time */
  context(id?: string): JobContext;
  close(): Promise<void>;
}

export async function startWork(): Promise<Work> {
  const store = await freshDatabase();
  const environmentWith = (variables: Readonly<Record<string, string>>) =>
    environmentOf({ ...store.environment, ...variables });
  const environment = environmentWith({});
  const captured = captureLog();
  const database = await openDatabase(environment, captured.log);
  let jobs = 0;
  return {
    ...captured,
    database,
    environment,
    environmentWith,
    context(id) {
      jobs += 1;
      return { id: id ?? `job-${jobs}`, attempt: 1, log: captured.log };
    },
    async close() {
      await database.close();
      await store.close();
    },
  };
}

/** What a handler fails with. */
export const failureOf = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    (result) => {
      throw new Error(`It did not fail: ${JSON.stringify(result)}`);
    },
    (error: Error) => error,
  );
