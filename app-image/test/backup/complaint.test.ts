import { complaintIn } from '../../src/backup/complaint';

it.each([
  [
    'what the server told pg_dump',
    `pg_dump: error: Dumping the contents of table "users" failed: PQgetResult() failed.
pg_dump: detail: Error message from server: FATAL:  terminating connection due to administrator command
pg_dump: detail: Command was: COPY public.users (id, email) TO stdout;`,
    'pg_dump: error: Dumping the contents of table "users" failed: PQgetResult() failed.; pg_dump: detail: Error message from server: FATAL:  terminating connection due to administrator command',
  ],
  [
    'no row',
    `pg_restore: error: COPY failed for table "users": ERROR:  duplicate key value violates unique constraint "users_email"
DETAIL:  Key (email)=(error: asha@example.org) already exists.
CONTEXT:  COPY users, line 7`,
    'pg_restore: error: COPY failed for table "users": ERROR:  duplicate key value violates unique constraint "users_email"',
  ],
  [
    'no value',
    'pg_restore: error: COPY failed for table "users": ERROR:  invalid input syntax for type uuid: "asha@example.org"',
    'pg_restore: error: COPY failed for table "users": ERROR:  invalid input syntax for type uuid: …',
  ],
  [
    'no password',
    'pg_dump: error: connection to server at "db" failed: hunter2-hunter2 is wrong',
    'pg_dump: error: connection to server at "db" failed: [redacted] is wrong',
  ],
  [
    'that a library is missing',
    '/usr/bin/pg_dump: error while loading shared libraries: libpq.so.5: cannot open shared object file',
    '/usr/bin/pg_dump: error while loading shared libraries: libpq.so.5: cannot open shared object file',
  ],
  ['nothing where there is nothing', 'Killed\n', ''],
])('says %s', (_, stderr, said) => {
  expect(complaintIn(stderr, ['hunter2-hunter2'])).toBe(said);
});
