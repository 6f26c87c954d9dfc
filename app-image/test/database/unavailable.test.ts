import { QueryFailedError } from 'typeorm';
import { isUnavailable, Unavailable } from '../../src/database/unavailable';

const withCode = (code: string) => Object.assign(new Error('from pg'), { code });

it.each(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', '57P01', '57P02', '57P03', '53300', '08006', '28P01'])(
  'is unavailable with %s, through TypeORM too',
  (code) => {
    expect(isUnavailable(withCode(code))).toBe(true);
    expect(isUnavailable(new QueryFailedError('SELECT 1', [], withCode(code)))).toBe(true);
  },
);

it.each([
  'timeout exceeded when trying to connect',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'Client has encountered a connection error and is not queryable',
  'Cannot use a pool after calling end on the pool',
  'Query read timeout',
])('is unavailable with "%s"', (message) => {
  expect(isUnavailable(new Error(message))).toBe(true);
  expect(isUnavailable(new QueryFailedError('SELECT 1', [], new Error(message)))).toBe(true);
});

it('is unavailable when a time limit of ours passed', () => {
  expect(isUnavailable(new Unavailable('PostgreSQL took longer than 2000 ms'))).toBe(true);
});

it.each([
  withCode('23505'),
  withCode('42P01'),
  withCode('57014'),
  new Error('undefined is not a function'),
  'text',
  null,
])("is somebody else's fault: %s", (error) => {
  expect(isUnavailable(error)).toBe(false);
});
