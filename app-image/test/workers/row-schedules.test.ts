import { loadEnvironment } from '../../src/config/load';
import { Settings } from '../../src/config/settings';
import { queues } from '../../src/queues/queue';
import { Encryption } from '../../src/system-config/encryption';
import { SystemConfig } from '../../src/system-config/system-config';
import { rowSchedules } from '../../src/workers/row-schedules';
import { startWork, type Work } from './work';

let work: Work;
beforeAll(async () => {
  work = await startWork();
});
afterEach(async () => {
  for (const table of ['mrlearn_sync_configs', 'mrtest_sync_configs', 'system_configs'])
    await work.database.query(`DELETE FROM ${table}`);
});
afterAll(() => work?.close());

function schedules(variables: Readonly<Record<string, string>> = {}) {
  const { database, log } = work;
  const environment = work.environmentWith(variables);
  const rows = new SystemConfig(database, new Encryption(environment.PLATFORM_ENCRYPTION_KEY));
  const settings = new Settings(loadEnvironment({ APP_ENV: 'test' }), rows);
  return rowSchedules({ environment, database, settings, log })();
}
const set = (key: string, value: string) =>
  work.database.query('INSERT INTO system_configs (key, value) VALUES ($1, $2)', [key, value]);

it('has none where nothing is configured', async () => {
  expect(await schedules()).toEqual([]);
});

it('has one for each enabled configuration, but not for one with an impossible interval', async () => {
  const add = async (table: string, minutes: number, enabled = true) =>
    (
      await work.database.query<{ id: string }>(
        `INSERT INTO ${table} ("intervalMinutes", enabled) VALUES ($1, $2) RETURNING id`,
        [minutes, enabled],
      )
    )[0]?.id;
  const [learn, test] = [await add('mrlearn_sync_configs', 30), await add('mrtest_sync_configs', 60)];
  await add('mrlearn_sync_configs', 30, false);
  const impossible = await add('mrtest_sync_configs', 0);
  expect(await schedules()).toEqual([
    {
      ...{ queue: queues.mrlearnSync, id: `config-${learn}` },
      ...{ schedule: { job: 'sync', everySeconds: 1_800 }, payload: { configId: learn } },
    },
    {
      ...{ queue: queues.mrtestSync, id: `config-${test}` },
      ...{ schedule: { job: 'sync', everySeconds: 3_600 }, payload: { configId: test } },
    },
  ]);
  expect(work.text()).toContain(impossible);
});

it('schedules the configurations, whatever the settings of new students are', async () => {
  await work.database.query('INSERT INTO mrlearn_sync_configs (enabled) VALUES (true)');
  await work.database.query(
    `INSERT INTO system_configs (key, value, "isEncrypted") VALUES ('MRLEARN_NEW_STUDENT_SYNC_ENABLED', 'x', true)`,
  );
  expect((await schedules()).map(({ queue }) => queue)).toEqual([queues.mrlearnSync]);
  expect(work.messages()).toContain('a setting cannot be read: new students are not scheduled');
});

it.each([
  ['12', 12 * 3_600],
  [undefined, 24 * 3_600],
  ['0', 24 * 3_600],
  ['often', 24 * 3_600],
])('brings new students over every %s hours, once that is switched on', async (hours, everySeconds) => {
  if (hours !== undefined) await set('MRLEARN_NEW_STUDENT_SYNC_INTERVAL_HOURS', hours);
  expect(await schedules()).toEqual([]);
  await set('MRLEARN_NEW_STUDENT_SYNC_ENABLED', 'true');
  expect(await schedules()).toEqual([
    {
      ...{ queue: queues.mrlearnNewStudentSync, id: 'new-students', payload: {} },
      schedule: { job: 'sync', everySeconds },
    },
  ]);
});

it('prunes files when the environment says so', async () => {
  const variables = { DATA_PRUNING_ENABLED: 'true', DATA_PRUNING_CRON: '15 4 * * *' };
  const pruning = (timeZone: string) => ({
    ...{ queue: queues.database, id: 'prune-files', payload: {} },
    schedule: { job: 'prune-files', cron: '15 4 * * *', timeZone },
  });
  expect(await schedules(variables)).toEqual([pruning('UTC')]);
  expect(await schedules({ ...variables, TZ: 'Asia/Kolkata' })).toEqual([pruning('Asia/Kolkata')]);
});
