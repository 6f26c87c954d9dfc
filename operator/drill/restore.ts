import { type Client, escapeIdentifier } from 'pg';
import { differencesIn } from '../../app-image/src/backup/differences';
import { feed } from '../../app-image/src/backup/feed';
import { Program } from '../../app-image/src/backup/program';
import { countRows, migrationsIn } from '../../app-image/src/backup/rows';
import type { Environment } from '../../app-image/src/config/contract';
import { databaseName } from '../../lib/config/names';
import { objectPieces, readObjectState } from '../backup/object-pieces';
import { storedManifest } from '../backup/stored-manifest';
import { lostLeads } from './contents';
import { bucket, type DrillSite } from './site';

/** Beside the one that is lost, until it is known to be right. */
const restored = `${databaseName}_restored`;
/** The lost one's name afterwards: nobody drops what may still be wanted. */
const before = `${databaseName}_before`;

/** pg_restore into an empty database beside the lost one, with the arguments of the container's own check. */
export async function restoreBeside(site: DrillSite, key: string, signal: AbortSignal): Promise<void> {
  await site.withDatabase(async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${restored} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${restored} TEMPLATE template0`);
  }, 'postgres');
  const object = await readObjectState(site.s3, bucket, key);
  if (object === undefined) throw new Error(`${key} is not there.`);
  const { DB_HOST = '', DB_PORT = '', DB_USERNAME = '', DB_PASSWORD = '', POSTGRES_CLIENT_FOLDER } = site.variables;
  const pgRestore = await Program.find('pg_restore', { POSTGRES_CLIENT_FOLDER } as Environment);
  const args = ['--no-owner', '--no-acl', '--exit-on-error', '--single-transaction', '--no-password'];
  const variables = { PGHOST: DB_HOST, PGPORT: DB_PORT, PGUSER: DB_USERNAME, PGPASSWORD: DB_PASSWORD };
  const run = pgRestore.start([...args, `--dbname=${restored}`], { variables, signal });
  const { complaint } = await feed(objectPieces(site.s3, object), run, signal);
  signal.throwIfAborted();
  if (complaint !== undefined) throw new Error(`pg_restore did not restore ${key}: ${complaint}`);
}

/** @returns what the restored database is not as the manifest says */
export async function compareWithManifest(site: DrillSite, key: string): Promise<readonly string[]> {
  const { manifest, problem } = await storedManifest(site.s3, bucket, key);
  if (manifest === undefined) return [`${key}: ${problem}.`];
  return site.withDatabase(async (client) => {
    const query = async <Row>(statement: string) => (await client.query(statement)).rows as Row[];
    const found = { rows: await countRows({ query }), migrations: await migrationsIn({ query }) };
    return differencesIn(manifest, found).map(
      ({ what, expected, found: there }) => `${what}: the manifest says ${expected}, restored are ${there}.`,
    );
  }, restored);
}

/** The restored one takes the name, and with it the place. Nobody is connected meanwhile. */
export async function putInPlace(site: DrillSite): Promise<void> {
  await site.withDatabase(async (client) => {
    const { rows } = await client.query('SELECT FROM pg_database WHERE datname = $1', [databaseName]);
    if (rows.length > 0) {
      await client.query(`DROP DATABASE IF EXISTS ${before} WITH (FORCE)`);
      await rename(client, databaseName, before);
    }
    await rename(client, restored, databaseName);
  }, 'postgres');
}

async function rename(client: Client, from: string, to: string): Promise<void> {
  await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [from]);
  await client.query(`ALTER DATABASE ${escapeIdentifier(from)} RENAME TO ${escapeIdentifier(to)}`);
}

/** So many rows go over at once. */
const atOnce = 1000;

/** From the restored database into the one that lives on: what is in it already stays as it is. */
export async function putRowsBack(site: DrillSite): Promise<void> {
  await site.withDatabase(
    (source) =>
      site.withDatabase(async (live) => {
        const { rows } = await source.query(`SELECT to_jsonb(it) AS lead FROM raw_leads it WHERE ${lostLeads}`);
        for (let from = 0; from < rows.length; from += atOnce) {
          const leads = JSON.stringify(rows.slice(from, from + atOnce).map(({ lead }) => lead));
          await live.query(
            'INSERT INTO raw_leads SELECT * FROM jsonb_populate_recordset(null::raw_leads, $1) ON CONFLICT DO NOTHING',
            [leads],
          );
        }
      }),
    restored,
  );
}
