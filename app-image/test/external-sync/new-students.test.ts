import { loadEnvironment } from '../../src/config/load';
import { Settings } from '../../src/config/settings';
import { newStudentSyncHandlers } from '../../src/workers/mrlearn-new-students';
import { json, OtherCompany } from '../outgoing/other-company';
import { failureOf, startWork, type Work } from '../workers/work';
import { holdFirst, inPages } from './graphy-records';

const graphy = new OtherCompany();
let work: Work;
let enabled: string;
beforeAll(async () => {
  [work] = await Promise.all([startWork(), graphy.listen()]);
});
beforeEach(() => {
  enabled = 'true';
});
afterEach(async () => {
  graphy.reset();
  await work.database.query('DELETE FROM external_sync_states');
});
afterAll(async () => {
  graphy.close();
  await work?.close();
});

function sync() {
  const environment = work.environmentWith({ GRAPHY_BASE_URL: graphy.url });
  const rows = {
    active: async (name: string) => (name.endsWith('_ENABLED') ? { value: enabled, encrypted: false } : null),
  };
  const settings = new Settings(loadEnvironment({ APP_ENV: 'test' }), rows);
  return newStudentSyncHandlers({ environment, database: work.database, settings }).sync({}, work.context());
}
const since = () => graphy.received.map(({ url }) => url.searchParams.get('joinedAfter'));
const learner = (id: string, email: string) => ({ learnerId: id, email, fullName: 'Asha', joinedAt: null });

it('brings everybody over at first, and links those who are users here', async () => {
  await work.database.query(`INSERT INTO users (email) VALUES ('asha@school.test')`);
  graphy.respond = inPages([learner('1', 'Asha@School.test')], [learner('2', 'noor@school.test')]);
  expect(await sync()).toEqual({ stored: 2, refused: 0 });
  expect(since()).toEqual([null, null]);
  expect(graphy.received[0]?.url.pathname).toBe('/api/v1/learners');
  const rows = await work.database.query(
    `SELECT "learnerId", graphy_learners.email, users.email AS "user"
     FROM graphy_learners LEFT JOIN users ON users.id = "userId" ORDER BY 1`,
  );
  expect(rows).toEqual([
    { learnerId: '1', email: 'Asha@School.test', user: 'asha@school.test' },
    { learnerId: '2', email: 'noor@school.test', user: null },
  ]);

  // A new address does not take the user away.
  graphy.respond = inPages([learner('1', 'asha@elsewhere.test')]);
  await sync();
  expect(
    await work.database.query(`SELECT email, "userId" IS NOT NULL AS linked FROM graphy_learners ORDER BY "learnerId"`),
  ).toEqual([
    { email: 'asha@elsewhere.test', linked: true },
    { email: 'noor@school.test', linked: false },
  ]);
});

it('asks for those since the last run that came to its end, and an hour more', async () => {
  graphy.respond = inPages([]);
  const before = Date.now();
  await sync();
  const hour = 60 * 60 * 1000;

  graphy.respond = (_call, response) => json(response, {}, 500);
  expect((await failureOf(sync())).message).toBe('Graphy answered 500');
  graphy.respond = inPages([]);
  await sync();
  const [first, second, third] = since();
  expect(first).toBeNull();
  expect(third).toBe(second);
  // Of one machine: the clock is the same.
  expect(Date.parse(String(second))).toBeGreaterThanOrEqual(before - hour - 1);
  expect(Date.parse(String(second))).toBeLessThanOrEqual(Date.now() - hour);
});

it('does nothing once it is switched off', async () => {
  enabled = 'false';
  expect(await sync()).toEqual({ skipped: 'it is switched off' });
  expect(graphy.received).toEqual([]);
});

it('runs once at a time', async () => {
  const { arrived, release } = holdFirst(graphy, () => []);
  const first = sync();
  await arrived;
  expect(await sync()).toEqual({ skipped: 'another run is at work' });
  release();
  expect(await first).toEqual({ stored: 0, refused: 0 });
});
