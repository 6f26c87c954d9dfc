import type { PostgresClient } from '../../../local/postgres-client';
import { restoringClient } from '../../../operator/backup/local-restore';
import { manifestOf } from './backup-site';

const manifest = manifestOf('key', new Date(), Buffer.from('dump'));
const client = (major: number, withServer = true): PostgresClient => ({ folder: `/usr/${major}`, major, withServer });

it('takes the newest client that has a server of its own version', () => {
  expect(restoringClient(manifest, [client(17), client(16, false), client(15)]).major).toBe(17);
});

it('takes a client without a server where the server of the npm package is of its version', () => {
  expect(restoringClient(manifest, [client(17, false), client(16, false)]).major).toBe(16);
});

it.each([[[]], [[client(15)]], [[client(17, false)]]])('says what to install where there are only %j', (clients) => {
  expect(() => restoringClient(manifest, clients)).toThrow(
    /^The backup was made by pg_dump 16\.4, and there is no client of PostgreSQL 16 on this machine \(there: .*\)\. apt-get install postgresql-client-16/,
  );
});

it('asks for a client as new as the server that was dumped', () => {
  expect(() => restoringClient({ ...manifest, serverMajor: 17 }, [client(16)])).toThrow('no client of PostgreSQL 17');
});
