import { SyncConfigs } from '../../src/external-sync/configs';
import { mrtestSyncHandlers } from '../../src/workers/mrtest-sync';
import { OtherCompany } from '../outgoing/other-company';
import { startWork, type Work } from '../workers/work';
import { inPages } from './graphy-records';

const ezexam = new OtherCompany();
let work: Work;
beforeAll(async () => {
  [work] = await Promise.all([startWork(), ezexam.listen()]);
});
afterAll(async () => {
  ezexam.close();
  await work?.close();
});

it('stores one row for each attempt, and the latest result of each', async () => {
  const configs = new SyncConfigs(work.database, 'mrtest_sync_configs');
  const config = { name: 'x', enabled: true, intervalMinutes: 60, onlyIds: ['sql-1'], pageSize: 50 };
  const { id } = await configs.create(config);
  const environment = work.environmentWith({ EZEXAM_BASE_URL: `${ezexam.url}/`, EZEXAM_API_KEY: 'ezexam-key' });
  const { sync } = mrtestSyncHandlers({ environment, database: work.database });
  const submittedAt = '2026-11-01T10:00:00+05:30';
  const first = { examId: 'sql-1', candidateId: 'c1', score: 4, maxScore: 10, submittedAt };

  ezexam.respond = inPages([first, { ...first, attempt: 2, score: 7, passed: true }]);
  expect(await sync({ configId: id }, work.context())).toEqual({ stored: 2, refused: 0 });
  ezexam.respond = inPages([{ ...first, score: 5, passed: false }]);
  expect(await sync({ configId: id }, work.context())).toEqual({ stored: 1, refused: 0 });

  expect(ezexam.received[0]).toMatchObject({ headers: { authorization: 'Bearer ezexam-key' } });
  expect(`${ezexam.received[0]?.url.pathname}${ezexam.received[0]?.url.search}`).toBe(
    '/api/v1/results?limit=50&examIds=sql-1',
  );
  const results = await work.database.query(
    'SELECT "candidateId", attempt, score, "maxScore", passed, "submittedAt" FROM ezexam_results ORDER BY attempt',
  );
  const common = { candidateId: 'c1', maxScore: 10, submittedAt: new Date(submittedAt) };
  expect(results).toEqual([
    { ...common, attempt: 1, score: 5, passed: false },
    { ...common, attempt: 2, score: 7, passed: true },
  ]);
  expect(await configs.find(id)).toMatchObject({ lastStatus: 'succeeded', lastCount: 1 });
});
