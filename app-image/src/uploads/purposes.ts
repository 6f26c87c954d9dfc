import type { Environment } from '../config/contract';
import type { Role } from '../database/entities';
import { HttpError } from '../http/errors';
import { administrators } from '../identity/roles';

type BucketVariable =
  | 'AWS_S3_BUCKET_NAME'
  | 'AWS_S3_STUDENT_DOCUMENTS_BUCKET'
  | 'AWS_S3_BANNER_ASSETS_BUCKET'
  | 'AWS_S3_COURSES_BUCKET'
  | 'GLOBAL_INVOICE_S3_BUCKET';

export interface Purpose {
  readonly bucket: BucketVariable;
  /** Where its keys begin. */
  readonly prefix: string;
  /** Exactly what the browser may state, without parameters. */
  readonly contentTypes: readonly string[];
  readonly largestBytes: number;
  readonly uploaders: readonly Role[];
  /** By the public URL of the CDN, or by a short-lived one: shown by the browser, or saved as a file. */
  readonly read: 'cdn' | 'inline' | 'attachment';
}

const MiB = 2 ** 20;
const GiB = 2 ** 30;

const pictures = ['image/jpeg', 'image/png', 'image/webp'];
const officeFiles = ['wordprocessingml.document', 'presentationml.presentation', 'spreadsheetml.sheet'].map(
  (format) => `application/vnd.openxmlformats-officedocument.${format}`,
);

/**
 * What browsers may upload. Invoices are not among it: nobody but the service writes them.
 *
 * No HTML and no SVG: both run scripts under the address that they are read from.
 */
export const purposes = {
  recording: {
    bucket: 'AWS_S3_BUCKET_NAME',
    prefix: 'recordings',
    contentTypes: ['video/webm', 'video/mp4', 'audio/webm', 'audio/mp4'],
    // S3 takes no more in one PUT; a browser records about 1.1 GB in an hour (2.5 Mbit/s).
    largestBytes: 5 * GiB,
    uploaders: ['EXPERT', ...administrators],
    read: 'inline',
  },
  'student-document': {
    bucket: 'AWS_S3_STUDENT_DOCUMENTS_BUCKET',
    prefix: 'documents',
    contentTypes: ['application/pdf', ...pictures, ...officeFiles],
    // A scan of a certificate has 1 to 5 MB; the documented limit of a request's body.
    largestBytes: 20 * MiB,
    uploaders: ['USER', 'EXPERT', 'SALES', ...administrators],
    read: 'attachment',
  },
  'banner-asset': {
    bucket: 'AWS_S3_BANNER_ASSETS_BUCKET',
    prefix: 'banners',
    contentTypes: [...pictures, 'image/gif'],
    // Every visitor of the site loads it, many of them by phone.
    largestBytes: 5 * MiB,
    uploaders: administrators,
    read: 'cdn',
  },
  'course-content': {
    bucket: 'AWS_S3_COURSES_BUCKET',
    prefix: 'courses',
    contentTypes: ['video/mp4', 'video/webm', 'application/pdf', ...pictures, ...officeFiles],
    // A lesson of an hour in HD (4 Mbit/s) has 1.8 GB.
    largestBytes: 2 * GiB,
    uploaders: ['EXPERT', ...administrators],
    read: 'inline',
  },
} as const satisfies Readonly<Record<string, Purpose>>;

export type PurposeName = keyof typeof purposes;
export const purposeNames = Object.keys(purposes) as PurposeName[];

/** Undefined for what only another revision knows. */
export const purposeOf = (name: string): Purpose | undefined =>
  Object.hasOwn(purposes, name) ? purposes[name as PurposeName] : undefined;

/** @throws HttpError 503 where no bucket is configured */
export function bucketOf({ bucket }: Pick<Purpose, 'bucket'>, environment: Pick<Environment, BucketVariable>): string {
  const name = environment[bucket];
  if (name) return name;
  throw new HttpError(503, 'STORAGE_NOT_CONFIGURED', `There is no bucket for this: set ${bucket}`);
}
