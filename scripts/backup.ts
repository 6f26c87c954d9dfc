import { awsOptions, environmentOf } from '../operator/aws-account';
import { explainingErrors } from '../operator/aws-error';
import { type BackupOptions, withBackups } from '../operator/backup/session';
import { verbs } from '../operator/backup/verbs';
import { numberOf, parseCommand, runCommand, UsageError, withoutSdkWarning } from './command-line';

const help = `npm run backup -- VERB ENVIRONMENT [option…]

The logical backups of an environment's database, dumps of pg_dump in S3. A dump without a manifest is no backup.

  now ENVIRONMENT            runs the task that the schedule runs each night, follows it, and is content only once the
                             new dump is there with its manifest
  list ENVIRONMENT           the dumps, the newest first: age, size, tables, rows, revision, migrations. Warns where the
                             newest backup is older than a day
  verify ENVIRONMENT         compares a dump with its manifest, without a database: seal, size, sha256, and its table of
                             contents if there is a pg_restore on this machine. Reads all of it
  restore-check ENVIRONMENT  runs the task that restores a backup beside the live database, counts rows and compares them
                             with the manifest; with --local restores it into a PostgreSQL on this machine

  --backup KEY     verify, restore-check: such as backups/mas/2026/11/2026-11-20T19-15-03-123Z.dump (default: the newest)
  --count N        of list (default 10, at most 1000)
  --quick          of verify: compares the size, and reads no more
  --local          of restore-check: needs room for the database, and a client of PostgreSQL as new as the server
  --anyway         of now and restore-check: starts a task although one runs already
  --follow TASK    of now and restore-check: follows one that runs, by its id or ARN, and starts none
  --every SECONDS  of now and restore-check: how often to look (default 5)
  --dry-run        of now and restore-check: prints the call to AWS, or the command line, and starts nothing
  --yes            asks nobody
  --json           results as JSON on standard output
  --profile NAME  --region NAME  --account ID    as the AWS tools take them; AWS_ENDPOINT_URL is followed, too

Exit codes: 0 done, and it is as it must be; 1 refused, declined or failed, or a backup is not what its manifest says;
64 called wrongly; 130 Ctrl-C: what runs in AWS goes on.
Examples
  npm run backup -- now production
  npm run backup -- now production --follow 4f1c2a90be7d4d0f8a1b2c3d4e5f6071
  npm run backup -- list staging --count 3
  npm run backup -- verify production --quick
  npm run backup -- restore-check production --local`;

const parse = (args: string[]) =>
  parseCommand({
    args,
    allowPositionals: true,
    options: {
      backup: { type: 'string' },
      count: { type: 'string', default: '10' },
      quick: { type: 'boolean', default: false },
      local: { type: 'boolean', default: false },
      anyway: { type: 'boolean', default: false },
      follow: { type: 'string' },
      every: { type: 'string', default: '5' },
      'dry-run': { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      ...awsOptions,
    },
  });

async function main(args: string[]): Promise<number> {
  withoutSdkWarning();
  const { positionals, values } = parse(args);
  const [verb = '', name, ...more] = positionals;
  const run = verbs[verb];
  if (run === undefined) throw new UsageError(`"${verb}" is no verb; must be one of ${Object.keys(verbs).join(', ')}.`);
  const environment = environmentOf(name);
  if (more.length > 0) throw new UsageError(`"${more.join(' ')}": one environment at most.`);
  const { profile, region, account, 'dry-run': dryRun, count, every, ...others } = values;
  const options: BackupOptions = {
    ...{ ...others, dryRun, count: Math.floor(numberOf('count', count, 1, 1000)) },
    every: numberOf('every', every, 0.1, 3600),
  };
  return explainingErrors(() => withBackups({ environment, profile, region, account }, options, run));
}

void runCommand(help, main);
