import { logPiece } from '../../../operator/backup/job-log';

const line = (fields: object) =>
  JSON.stringify({ level: 'info', time: '2026-11-20T19:15:03.000Z', job: 'db-backup', ...fields });

it('shows what a line says, without what stands in every line', () => {
  expect(logPiece([line({ msg: 'dump uploaded', key: 'backups/a', bytes: 3 })]).lines).toEqual([
    'dump uploaded  key=backups/a  bytes=3',
  ]);
  expect(logPiece([line({ level: 'warn', msg: 'stopping' })]).lines).toEqual(['warn: stopping']);
});

it('leaves metrics to CloudWatch', () => {
  expect(logPiece([JSON.stringify({ _aws: {}, JobSucceeded: 1 })]).lines).toEqual([]);
});

it('passes on what is no JSON, and lets nothing move the cursor', () => {
  expect(logPiece(['sha256  1\t2\n', '\u001b[2Jgone', '"text"', 'null']).lines).toEqual([
    ...['sha256  1  2', '�[2Jgone', '"text"', 'null'],
  ]);
});

it('finds that the job changes nothing', () => {
  expect(logPiece([line({ msg: 'job started', dryRun: true })]).dryRun).toBe(true);
  expect(logPiece([line({ msg: 'job started', dryRun: false })]).dryRun).toBe(false);
});

it('finds how the job has ended', () => {
  expect(logPiece([line({ msg: 'job started' })]).summary).toBeUndefined();
  expect(logPiece([line({ msg: 'job done', key: 'k' })]).summary).toMatchObject({ done: true, fields: { key: 'k' } });
  expect(logPiece([line({ msg: 'job failed', reason: 'why' })]).summary).toMatchObject({ done: false, reason: 'why' });
});
