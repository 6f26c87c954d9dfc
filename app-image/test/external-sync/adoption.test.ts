import { openDatabase } from '../../src/database/database';
import { SyncConfigs } from '../../src/external-sync/configs';
import { captureLog, environmentOf } from '../database/environment';
import { connectPostgres } from '../store-clients';
import { freshDatabase } from '../stores';

it("adopts the existing platform's configurations with their rows", async () => {
  const store = await freshDatabase();
  const platform = await connectPostgres(store.environment);
  await platform.query(`
    CREATE TABLE mrlearn_sync_configs (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name varchar, enabled boolean, "intervalMinutes" integer, own text
    );
    INSERT INTO mrlearn_sync_configs (name, enabled, "intervalMinutes", own) VALUES ('Theirs', true, 15, 'kept');
  `);
  const database = await openDatabase(environmentOf(store.environment), captureLog().log);
  const configs = new SyncConfigs(database, 'mrlearn_sync_configs');
  const [config] = await configs.enabled();
  expect(config).toMatchObject({ name: 'Theirs', intervalMinutes: 15, onlyIds: [], pageSize: 100, lastStatus: null });
  expect(await configs.update(String(config?.id), { pageSize: 50 })).toMatchObject({ name: 'Theirs', pageSize: 50 });
  expect((await platform.query('SELECT own FROM mrlearn_sync_configs')).rows).toEqual([{ own: 'kept' }]);
  await platform.end();
  await database.close();
  await store.close();
});
