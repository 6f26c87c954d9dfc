import { isDumpKey } from '../backup/keys';
import { checkRestore } from '../backup/restore-check';
import { runJob, UsageError } from './job';

runJob({
  name: 'db-restore-check',
  help: `node dist/jobs/db-restore-check.js [--backup KEY] [--dry-run]

Restores a backup into a throwaway database on the server of DB_HOST, compares its bytes, the rows of each table and
the migrations with the backup's manifest, prints what differs, and drops the database. The live one is not touched.
The user needs CREATEDB, and the server room for the database once more.

  --backup KEY  which one, such as backups/mas/2026/11/2026-11-20T19-15-03-123Z.dump (default: the newest)`,
  options: { backup: { type: 'string' } },
  accept({ backup }) {
    if (backup === undefined) return undefined;
    if (typeof backup === 'string' && isDumpKey(backup)) return backup;
    throw new UsageError(
      `--backup is "${backup}": must be the key of a dump, such as backups/mas/2026/11/2026-11-20T19-15-03-123Z.dump.\nSee --help.`,
    );
  },
  run: checkRestore,
});
