import type { Environment } from '../config/contract';
import type { Settings } from '../config/settings';
import type { Database } from '../database/database';
import { isUnavailable } from '../database/unavailable';
import { configsOf, type Kind, kinds } from '../external-sync/kinds';
import { newStudentsEveryHours } from '../external-sync/new-students';
import { isInterval, scheduleOf } from '../external-sync/schedules';
import type { Logger } from '../log';
import { queues } from '../queues/queue';
import type { RowSchedule } from '../queues/schedules';

export interface RowScheduleProps {
  readonly environment: Environment;
  readonly database: Pick<Database, 'read' | 'query'>;
  readonly settings: Settings;
  readonly log: Logger;
}

/** Schedules that are no constants: rows of the database, and what the environment says. Asked for anew each time. */
export function rowSchedules({ environment, database, settings, log }: RowScheduleProps) {
  async function ofConfigs(kind: Kind): Promise<RowSchedule[]> {
    const configs = await configsOf(database, kind).enabled();
    return configs.flatMap((config) => {
      if (isInterval(config.intervalMinutes)) return [scheduleOf(kind, config)];
      const { id: rowId, intervalMinutes } = config;
      log.warn(
        { table: kind.table, rowId, intervalMinutes },
        'a synchronisation has no usable interval: not scheduled',
      );
      return [];
    });
  }

  async function ofNewStudents(): Promise<RowSchedule[]> {
    const hours = await newStudentsEveryHours(settings, log).catch((error: Error) => {
      if (isUnavailable(error)) throw error;
      // One that cannot be decrypted, say, does not keep the configurations' schedules from being registered.
      log.error({ reason: error.message }, 'a setting cannot be read: new students are not scheduled');
      return undefined;
    });
    if (hours === undefined) return [];
    const schedule = { job: 'sync', everySeconds: hours * 60 * 60 };
    return [{ queue: queues.mrlearnNewStudentSync, id: 'new-students', schedule, payload: {} }];
  }

  function ofFiles(): RowSchedule[] {
    const { DATA_PRUNING_ENABLED, DATA_PRUNING_CRON: cron, TZ: timeZone = 'UTC' } = environment;
    if (!DATA_PRUNING_ENABLED) return [];
    return [
      { queue: queues.database, id: 'prune-files', schedule: { job: 'prune-files', cron, timeZone }, payload: {} },
    ];
  }

  return async (): Promise<RowSchedule[]> => {
    const stored = await Promise.all([ofConfigs(kinds.mrlearn), ofConfigs(kinds.mrtest), ofNewStudents()]);
    return [...stored.flat(), ...ofFiles()];
  };
}
