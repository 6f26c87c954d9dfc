import { cleanupHandlers } from '../../src/workers/cleanup';
import { startWork, type Work } from './work';

let work: Work;
beforeAll(async () => {
  work = await startWork();
});
afterEach(() => work.database.query('DELETE FROM slots'));
afterAll(() => work?.close());

const handlers = (variables: Readonly<Record<string, string>> = {}) =>
  cleanupHandlers({ environment: work.environmentWith(variables), database: work.database });
const expire = (variables?: Readonly<Record<string, string>>) =>
  handlers(variables)['expired-slots']({}, work.context());

/** @param ends relative to now, as PostgreSQL writes intervals */
const addSlots = (
  ends: string,
  { status = 'open', booked = false, count = 1 }: { status?: string | null; booked?: boolean; count?: number } = {},
) =>
  work.database.query(
    `INSERT INTO slots ("mentorId", "studentId", "startsAt", "endsAt", status)
     SELECT gen_random_uuid(), CASE WHEN $1 THEN gen_random_uuid() END, now() + $2::interval - interval '1 hour',
       now() + $2::interval, $3 FROM generate_series(1, $4)`,
    [booked, ends, status, count],
  );
const slots = () =>
  work.database.query<{ status: string; booked: boolean; past: boolean }>(
    `SELECT status, "studentId" IS NOT NULL AS booked, "endsAt" < now() AS past FROM slots ORDER BY 3, 2, 1`,
  );

it('expires open slots that nobody booked and that are over, and no other', async () => {
  await addSlots('-1 minute');
  await addSlots('-1 minute', { booked: true });
  await addSlots('-1 minute', { status: 'cancelled' });
  await addSlots('-1 minute', { status: null });
  await addSlots('1 minute');
  expect(await expire()).toEqual({ expired: 2 });
  expect(await slots()).toEqual([
    { status: 'open', booked: false, past: false },
    { status: 'cancelled', booked: false, past: true },
    { status: 'expired', booked: false, past: true },
    { status: 'expired', booked: false, past: true },
    { status: 'open', booked: true, past: true },
  ]);
  expect(await expire()).toEqual({ expired: 0 });
});

it('expires more than a batch, and only counts in a dry run', async () => {
  await addSlots('-1 day', { count: 5_001 });
  expect(await expire({ DRY_RUN: 'true' })).toEqual({ expired: 5_001 });
  expect(await work.database.query(`SELECT FROM slots WHERE status = 'expired'`)).toEqual([]);
  expect(await expire()).toEqual({ expired: 5_001 });
});

it('neither waits for a slot that is being booked, nor expires it', async () => {
  await addSlots('-1 minute');
  await addSlots('-1 minute');
  const booking = work.database.source.createQueryRunner();
  await booking.startTransaction();
  await booking.query('UPDATE slots SET "studentId" = gen_random_uuid() WHERE id = (SELECT id FROM slots LIMIT 1)');
  expect(await expire()).toEqual({ expired: 1 });
  await booking.commitTransaction();
  await booking.release();
  expect(await expire()).toEqual({ expired: 0 });
  expect((await slots()).map(({ status, booked }) => [status, booked])).toEqual([
    ['expired', false],
    ['open', true],
  ]);
});

it('deletes sign-in records past their days', async () => {
  await work.database.query(
    `INSERT INTO login_events (email, kind, succeeded, "occurredAt")
     SELECT 'x@school.test', 'password', true, now() - age * interval '1 day' FROM unnest(ARRAY[1, 8, 12, 20]) AS age`,
  );
  const clean = (variables: Readonly<Record<string, string>>) =>
    handlers(variables)['login-events']({}, work.context());
  expect(await clean({ DATA_RETENTION_LOG_DAYS: '10', DRY_RUN: 'true' })).toEqual({ deleted: 2 });
  expect(await clean({ DATA_RETENTION_LOG_DAYS: '10' })).toEqual({ deleted: 2 });
  expect(await clean({ DATA_RETENTION_LOG_DAYS: '10' })).toEqual({ deleted: 0 });
  expect(await work.database.query('SELECT FROM login_events')).toHaveLength(2);
});
