import { z } from 'zod';
import type { Environment } from '../config/contract';
import { notFound } from '../http/errors';
import { contentDisposition } from './file-name';
import { bucketOf } from './purposes';
import type { Storage } from './storage';
import { type ReadableUrl, urlSeconds } from './uploads';

/** S3's own limit. */
const longestKey = 1024;
/** No segment begins with a dot, so none is `.` or `..`, and none is empty. */
const file = /^(?:[\w-][\w.-]*\/)*[\w-][\w.-]*$/;

/** Below the prefix, and spelled so that no URL reads as another key. */
export function invoiceKey(prefix: string) {
  const folder = `${prefix.replace(/^\/+|\/+$/g, '')}/`;
  return z
    .string('must be the key of an invoice')
    .max(longestKey, `must have ${longestKey} characters at most`)
    .refine((key) => key.startsWith(folder) && file.test(key.slice(folder.length)), {
      message: `must begin with ${folder}, followed by letters, digits and _ . - /`,
    });
}

/**
 * A URL that ends soon: the one way to read an invoice. They are written by the service; no browser uploads one.
 *
 * @throws HttpError 404 when there is no such invoice, 503 where no bucket is configured
 */
export async function invoiceUrl(environment: Environment, storage: Storage, key: string): Promise<ReadableUrl> {
  const bucket = bucketOf({ bucket: 'GLOBAL_INVOICE_S3_BUCKET' }, environment);
  if ((await storage.head(bucket, key)) === null) throw notFound('There is no invoice of this key');
  const name = key.slice(key.lastIndexOf('/') + 1);
  const url = await storage.presignGet(bucket, key, contentDisposition('attachment', name), urlSeconds);
  return { url, expiresInSeconds: urlSeconds };
}
