import { pino } from 'pino';
import type { Environment } from '../config/contract';
import type { SettingRows } from '../config/settings';
import { connectDatabase } from '../database/database';
import { timeLimit } from '../time-limit';
import { Encryption } from './encryption';
import { SystemConfig } from './system-config';

const limitMs = 3_000;

/** The rows alone, for a command: one connection, no migration, and no long wait. */
export async function connectRows(
  environment: Environment,
): Promise<{ readonly rows: SettingRows; close(): Promise<void> }> {
  const silent = pino({ enabled: false });
  const connecting = connectDatabase({ ...environment, DB_CONNECTION_LIMIT: 1 }, silent, { patienceMs: limitMs });
  try {
    const database = await timeLimit(connecting, limitMs, 'Connecting to PostgreSQL');
    const rows = new SystemConfig(database, new Encryption(environment.PLATFORM_ENCRYPTION_KEY));
    return { rows, close: () => database.close() };
  } catch (error) {
    // Not left open, when it comes after all.
    connecting.then(
      (late) => late.close(),
      () => {},
    );
    throw error;
  }
}
