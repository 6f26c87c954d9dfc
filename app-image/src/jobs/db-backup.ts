import { backUp } from '../backup/backup';
import { runJob } from './job';

runJob({
  name: 'db-backup',
  help: `node dist/jobs/db-backup.js [--dry-run]

Dumps the database with pg_dump to s3://S3_BACKUP_BUCKET/backups/DB_NAME/YEAR/MONTH/TIME.dump, reads the object
back, and writes a manifest beside it: size, sha256, and the rows of each table as of the dump's own snapshot.
A dump without a manifest is no backup. Nothing is deleted: the bucket expires backups after 30 days.`,
  options: {},
  accept: () => undefined,
  run: backUp,
});
