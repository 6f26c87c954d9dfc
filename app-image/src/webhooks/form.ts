import { HttpError } from '../http/errors';

/**
 * The fields of a body: Exotel sends multipart/form-data unless it was asked for JSON, and its SMS callbacks come
 * URL-encoded.
 *
 * @throws HttpError 400 or 415
 */
export async function fieldsOf(contentType: string, body: Buffer): Promise<unknown> {
  const [type = ''] = contentType.toLowerCase().split(';', 1);
  try {
    switch (type.trim()) {
      case 'application/json':
        return JSON.parse(body.toString('utf8'));
      case 'application/x-www-form-urlencoded':
        return Object.fromEntries(new URLSearchParams(body.toString('utf8')));
      case 'multipart/form-data': {
        const form = new Response(body, { headers: { 'content-type': contentType } }).formData();
        return Object.fromEntries(await form);
      }
    }
  } catch {
    throw new HttpError(400, 'BAD_REQUEST', `The body is no ${type}`);
  }
  throw new HttpError(
    415,
    'UNSUPPORTED_MEDIA_TYPE',
    'The body must be multipart/form-data, application/x-www-form-urlencoded or application/json',
  );
}
