import { runtimeSettings } from '../config/runtime-settings';
import type { Settings } from '../config/settings';
import type { Logger } from '../log';
import { graphyLearners } from './graphy';
import { runSync, type SyncOutcome, type SyncProps } from './run';
import { storedLearners } from './stored-records';
import { overlapMinutes } from './timings';

const table = 'external_sync_states';
const id = 'mrlearn-new-students';
const sync = { api: graphyLearners, stored: storedLearners };

/** Whoever joined since the last run that came to its end; everybody, the first time. */
export async function syncNewStudents(
  props: SyncProps,
  { id: jobId, log }: { readonly id: string; readonly log: Logger },
): Promise<SyncOutcome> {
  const { database } = props;
  await database.query(`INSERT INTO ${table} (id) VALUES ($1) ON CONFLICT DO NOTHING`, [id]);
  const [state] = await database.read<{ since: Date | null }>(
    `SELECT "syncedUntil" - interval '${overlapMinutes} minutes' AS since FROM ${table} WHERE id = $1`,
    [id],
  );
  const query = { limit: '100', joinedAfter: state?.since?.toISOString() };
  return runSync(props, sync, {
    ...{ table, id, jobId, query, log },
    // Not on the way: the pages are in no order, so that one who joined earlier may be on the next one.
    async onStored({ takenAt }) {
      await database.query(`UPDATE ${table} SET "syncedUntil" = $2 WHERE id = $1`, [id, takenAt]);
    },
  });
}

/** Hours between two runs; undefined where it is switched off. */
export async function newStudentsEveryHours(settings: Settings, log: Logger): Promise<number | undefined> {
  const { value: enabled } = await settings.resolve('MRLEARN_NEW_STUDENT_SYNC_ENABLED');
  if (enabled !== 'true') return undefined;
  const name = 'MRLEARN_NEW_STUDENT_SYNC_INTERVAL_HOURS';
  const { format, default: usual } = runtimeSettings[name];
  const { value = usual } = await settings.resolve(name);
  const hours = Number(value);
  if (Number.isInteger(hours) && hours >= format.min && hours <= format.max) return hours;
  log.warn({ setting: name, min: format.min, max: format.max }, `a setting cannot be used; ${usual} is taken`);
  return Number(usual);
}
