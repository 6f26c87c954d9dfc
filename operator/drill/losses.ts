import { randomBytes } from 'node:crypto';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { readObjectState } from '../backup/object-pieces';
import { lostLeads } from './contents';
import { bucket, type DrillSite } from './site';

export interface Loss {
  readonly title: string;
  /**
   * `beside`: the database lives on, and what it has lost is put back into it; what was written since stays.
   * `instead`: a restored database takes the place of the lost one; what was written since the backup is gone.
   */
  readonly recovery: 'beside' | 'instead';
  /** @param newest backup */
  readonly happen: (site: DrillSite, newest: string) => Promise<void>;
}

export const losses = {
  rows: {
    title: 'somebody deletes the leads of the website',
    recovery: 'beside',
    happen: (site) =>
      site.withDatabase(async (client) => void (await client.query(`DELETE FROM raw_leads WHERE ${lostLeads}`))),
  },
  table: {
    title: 'a migration drops the table of calls',
    recovery: 'instead',
    happen: (site) => site.withDatabase(async (client) => void (await client.query('DROP TABLE call_events'))),
  },
  database: {
    title: 'the server is gone with its disk',
    recovery: 'instead',
    happen: (site) => site.loseServer(),
  },
  dump: {
    title: 'the server is gone, and the newest dump was overwritten and deleted',
    recovery: 'instead',
    async happen(site, newest) {
      await site.loseServer();
      const { bytes = 0 } = (await readObjectState(site.s3, bucket, newest)) ?? {};
      const object = { Bucket: bucket, Key: newest };
      await site.s3.send(new PutObjectCommand({ ...object, Body: randomBytes(bytes) }));
      await site.s3.send(new DeleteObjectCommand(object));
    },
  },
} as const satisfies Readonly<Record<string, Loss>>;

export type LossName = keyof typeof losses;
export const lossNames = Object.keys(losses) as LossName[];
