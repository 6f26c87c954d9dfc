import type { Database } from '../database/database';
import type { Upload } from './entities';

const columns = 'id, "userId", purpose, bucket, key, "fileName", "contentType", size, etag, "recordingId", "createdAt"';

const byId = `SELECT ${columns} FROM uploads WHERE id = $1`;

/** With the milliseconds that a Date has and no more, or a cursor would skip rows. A recording gets to know its file. */
const insert = `WITH inserted AS (
    INSERT INTO uploads (${columns})
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, date_trunc('milliseconds', now()))
    ON CONFLICT (id) DO NOTHING RETURNING ${columns}
  ), recorded AS (
    UPDATE meeting_recordings SET "s3Key" = inserted.key FROM inserted
    WHERE meeting_recordings.id = inserted."recordingId"
  )
  SELECT ${columns} FROM inserted`;

/** A recording may have been uploaded anew since. */
const remove = `WITH removed AS (DELETE FROM uploads WHERE id = $1 RETURNING key, "recordingId")
  UPDATE meeting_recordings SET "s3Key" = NULL FROM removed
  WHERE meeting_recordings.id = removed."recordingId" AND "s3Key" = removed.key`;

const ofUser = `SELECT ${columns} FROM uploads WHERE "userId" = $1
  ORDER BY "createdAt" DESC, id DESC LIMIT $2`;

const ofUserBefore = `SELECT ${columns} FROM uploads WHERE "userId" = $1 AND ("createdAt", id) < ($3, $4)
  ORDER BY "createdAt" DESC, id DESC LIMIT $2`;

export type NewUpload = Readonly<Omit<Upload, 'createdAt' | 'size'> & { size: number }>;

/** The last row of a page. */
export interface Position {
  readonly createdAt: string;
  readonly id: string;
}

export class UploadRows {
  constructor(private readonly database: Pick<Database, 'read' | 'query'>) {}

  async byId(id: string): Promise<Upload | null> {
    const [row] = await this.database.read<Upload>(byId, [id]);
    return row ?? null;
  }

  /** Null when there is a row of this id. */
  async insert(upload: NewUpload): Promise<Upload | null> {
    const { id, userId, purpose, bucket, key, fileName, contentType, size, etag, recordingId } = upload;
    const values = [id, userId, purpose, bucket, key, fileName, contentType, size, etag, recordingId];
    const [row] = await this.database.query<Upload>(insert, values);
    return row ?? null;
  }

  async remove(id: string): Promise<void> {
    await this.database.query(remove, [id]);
  }

  /** A user's own, the newest first. */
  ofUser(userId: string, limit: number, before: Position | undefined): Promise<Upload[]> {
    if (before === undefined) return this.database.read(ofUser, [userId, limit]);
    return this.database.read(ofUserBefore, [userId, limit, before.createdAt, before.id]);
  }
}
