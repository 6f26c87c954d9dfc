import { EntitySchema } from 'typeorm';
import { createdAt, id } from '../database/columns';

/** An object in S3 that is there: the row is written after it was looked at. */
export interface Upload {
  id: string;
  userId: string;
  /** A name of `purposes`, or of a later revision's. */
  purpose: string;
  bucket: string;
  key: string;
  /** As the browser named it. */
  fileName: string;
  contentType: string;
  /** In bytes; bigint: pg hands it over as text. */
  size: string;
  etag: string;
  /** Of `meeting_recordings`. */
  recordingId: string | null;
  createdAt: Date;
}

const UploadEntity = new EntitySchema<Upload>({
  name: 'Upload',
  tableName: 'uploads',
  columns: {
    id,
    userId: { type: 'uuid' },
    purpose: { type: 'text' },
    bucket: { type: 'text' },
    key: { type: 'text' },
    fileName: { type: 'text' },
    contentType: { type: 'text' },
    size: { type: 'bigint' },
    etag: { type: 'text' },
    recordingId: { type: 'uuid', nullable: true },
    createdAt,
  },
  uniques: [{ name: 'uploads_key', columns: ['key'] }],
  indices: [
    { name: 'uploads_of_user', columns: ['userId', 'createdAt', 'id'] },
    { name: 'uploads_created_at', columns: ['createdAt'] },
  ],
});

export const uploadEntities: readonly EntitySchema[] = [UploadEntity];
