import { randomUUID } from 'node:crypto';
import type { Environment } from '../config/contract';
import type { User } from '../database/entities';
import { forbidden, HttpError, notFound } from '../http/errors';
import { isAdministrator } from '../identity/roles';
import type { Logger } from '../log';
import type { NewUploadBody } from './bodies';
import type { Upload } from './entities';
import { contentDisposition, nameInKey } from './file-name';
import { bucketOf, purposeOf, purposes } from './purposes';
import type { Recordings } from './recordings';
import type { UploadRows } from './rows';
import type { PresignedPut, Storage, StoredObject } from './storage';
import { type Announced, type Tickets, ticketSeconds } from './tickets';

/**
 * How long a URL is good for, to begin with: what has begun by then goes on. Not longer, as a URL ends with the
 * credentials that signed it, which the SDK renews five minutes before their end.
 */
export const urlSeconds = 300;

export type Caller = Pick<User, 'id' | 'role'>;

export interface PendingUpload extends PresignedPut {
  readonly uploadId: string;
  readonly method: 'PUT';
  readonly key: string;
  readonly expiresInSeconds: number;
  /** To be shown when it is uploaded. */
  readonly ticket: string;
  readonly ticketExpiresInSeconds: number;
}

export interface ReadableUrl {
  readonly url: string;
  /** Null: it does not end. */
  readonly expiresInSeconds: number | null;
}

export interface UploadsProps {
  readonly environment: Environment;
  readonly rows: UploadRows;
  readonly recordings: Recordings;
  readonly storage: Storage;
  readonly tickets: Tickets;
  readonly log: Logger;
}

/** Files that browsers send to S3 themselves: announced, uploaded, looked at, and only then known. */
export class Uploads {
  constructor(private readonly props: UploadsProps) {}

  async begin(caller: Caller, body: NewUploadBody): Promise<PendingUpload> {
    const { environment, storage, tickets, recordings } = this.props;
    const { id: userId, role } = caller;
    if (!environment.USE_DIRECT_S3_UPLOAD)
      throw new HttpError(503, 'DIRECT_UPLOAD_OFF', 'Uploads are turned off here: set USE_DIRECT_S3_UPLOAD to true');
    const { purpose, fileName, contentType, size, recordingId = null } = body;
    const { uploaders, prefix } = purposes[purpose];
    if (!uploaders.some((uploader) => uploader === role))
      throw forbidden(`To upload a ${purpose} takes one of the roles ${uploaders.join(', ')}`);
    const bucket = bucketOf(purposes[purpose], environment);
    if (recordingId !== null) await recordings.checkHost(caller, recordingId);
    const uploadId = randomUUID();
    const key = [prefix, userId, uploadId, nameInKey(fileName)].join('/');
    const [put, ticket] = await Promise.all([
      storage.presignPut({ bucket, key, contentType, size }, urlSeconds),
      tickets.issue({ uploadId, userId, purpose, key, fileName, contentType, size, recordingId }),
    ]);
    const expiry = { expiresInSeconds: urlSeconds, ticketExpiresInSeconds: ticketSeconds };
    return { uploadId, ...put, method: 'PUT', key, ticket, ...expiry };
  }

  /** As often as it is asked for: a client that got no answer asks again. */
  async confirm(caller: Caller, ticket: string): Promise<{ readonly row: Upload; readonly created: boolean }> {
    const { rows, tickets, environment } = this.props;
    const upload = await tickets.verify(ticket);
    if (upload.userId !== caller.id) throw forbidden('Somebody else began this upload');
    const purpose = purposeOf(upload.purpose);
    if (purpose === undefined) throw new HttpError(400, 'TICKET_INVALID', 'Nothing is uploaded for this purpose here');
    const known = await rows.byId(upload.uploadId);
    if (known) return { row: known, created: false };

    const bucket = bucketOf(purpose, environment);
    const { etag } = await this.inspect(bucket, upload);
    const inserted = await rows.insert({ ...upload, id: upload.uploadId, bucket, etag });
    const row = inserted ?? (await rows.byId(upload.uploadId));
    if (row === null) throw notFound('The upload was deleted meanwhile');
    return { row, created: inserted !== null };
  }

  /** @throws HttpError 409 or 422 unless the object is the one that was announced */
  private async inspect(bucket: string, { uploadId, key, size, contentType }: Announced): Promise<StoredObject> {
    const { storage, log } = this.props;
    const stored = await storage.head(bucket, key);
    if (stored === null)
      throw new HttpError(409, 'UPLOAD_MISSING', 'Nothing was uploaded yet: PUT the file to its URL first');
    const problem = differenceOf(stored, { size, contentType });
    if (problem === undefined) return stored;
    // S3 refuses these itself, so it was not this URL. The key is of this upload alone: nobody else loses anything.
    await storage
      .delete(bucket, key)
      .catch((error: Error) => log.warn({ uploadId, err: error }, 'upload is left over'));
    throw problem;
  }

  /**
   * To be read: by its owner and administrators, a recording by those who met as well.
   * @throws HttpError 404 where there is none, 403 where it is somebody else's
   */
  async find(caller: Caller, uploadId: string): Promise<Upload> {
    const { rows, recordings } = this.props;
    const row = await rows.byId(uploadId);
    if (row === null) throw notFound('There is no upload of this id');
    const met = row.recordingId !== null && (await recordings.isParticipant(caller, row.recordingId));
    if (!met) refuseStrangers(caller, row);
    return row;
  }

  /** Null when there is none, as it is the second time. @throws HttpError 403 where it is somebody else's */
  async delete(caller: Caller, uploadId: string): Promise<Upload | null> {
    const { rows, storage } = this.props;
    const row = await rows.byId(uploadId);
    if (row === null) return null;
    refuseStrangers(caller, row);
    // The object first: a row whose object is gone can be deleted again, an object without a row is lost.
    await storage.delete(row.bucket, row.key);
    await rows.remove(row.id);
    return row;
  }

  async urlOf({ purpose, bucket, key, fileName }: Upload): Promise<ReadableUrl> {
    const { storage, environment } = this.props;
    // Unknown here, as a later revision's is after a rollback: then the careful way.
    const how = purposeOf(purpose)?.read ?? 'attachment';
    if (how === 'cdn') return { url: publicUrl(environment, bucket, key), expiresInSeconds: null };
    const url = await storage.presignGet(bucket, key, contentDisposition(how, fileName), urlSeconds);
    return { url, expiresInSeconds: urlSeconds };
  }
}

function refuseStrangers({ id, role }: Caller, { userId }: Upload): void {
  if (userId !== id && !isAdministrator(role)) throw forbidden("This upload is somebody else's");
}

function differenceOf(stored: StoredObject, { size, contentType }: Pick<Announced, 'size' | 'contentType'>) {
  if (stored.size !== size)
    return new HttpError(
      422,
      'UPLOAD_SIZE_MISMATCH',
      `${size} bytes were announced and ${stored.size} uploaded: begin again`,
    );
  if (stored.contentType !== contentType)
    return new HttpError(422, 'UPLOAD_TYPE_MISMATCH', `${contentType} was announced and not uploaded: begin again`);
  return undefined;
}

function publicUrl(environment: Environment, bucket: string, key: string): string {
  const { MAS_ASSETS_CDN_URL: cdn, AWS_ENDPOINT_URL: endpoint, AWS_REGION: region } = environment;
  const base =
    cdn ?? (endpoint ? `${withoutSlash(endpoint)}/${bucket}` : `https://${bucket}.s3.${region}.amazonaws.com`);
  return `${withoutSlash(base)}/${key}`;
}

const withoutSlash = (url: string) => url.replace(/\/+$/, '');
