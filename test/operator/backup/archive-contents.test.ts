import { contentsDifferences } from '../../../operator/backup/archive-contents';

const list = `;
; Archive created at 2026-11-20 19:15:03 UTC
;     dbname: mas
215; 1259 16390 TABLE public users postgres
4021; 0 16390 TABLE DATA public users postgres
4022; 0 16391 TABLE DATA Reports of 2026 Sum; total postgres
4023; 0 16392 TABLE DATA public say "hi" postgres
4030; 0 16395 MATERIALIZED VIEW DATA public visits_by_day postgres
`;
const tables = ['public.users', '"Reports of 2026"."Sum; total"', 'public."say ""hi"""'];

it('finds the data of each table, however it is named', () => {
  expect(contentsDifferences(list, tables)).toEqual([]);
});

it('names a table whose data is not in the archive', () => {
  expect(contentsDifferences(list, [...tables, 'public.leads'])).toEqual([
    { what: 'data of public.leads', expected: 'in the archive', found: 'not there' },
    { what: 'tables with data', expected: '4', found: '3' },
  ]);
});

it('finds that the archive has more than the manifest counts', () => {
  expect(contentsDifferences(list, tables.slice(1))).toEqual([{ what: 'tables with data', expected: '2', found: '3' }]);
});

it('takes no table for one whose name only begins like it', () => {
  expect(contentsDifferences('4021; 0 16390 TABLE DATA public users_old postgres\n', ['public.users'])[0]?.what).toBe(
    'data of public.users',
  );
});
