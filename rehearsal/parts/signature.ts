import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface SigningCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** @default - none: they are those of a user, not of a role */
  readonly sessionToken?: string;
}

/** Whose signature is expected, and for which region. */
export interface Signer {
  readonly credentials: SigningCredentials;
  readonly region: string;
}

export interface Refusal {
  /** As AWS calls it. */
  readonly code: string;
  readonly message: string;
}

/** What a request says of its own signature, in headers or, when it is presigned, in its query. */
interface Statement {
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string;
  readonly date: string;
  readonly token: string;
  readonly payload: string;
  readonly validForMs: number;
}

/** Either way: AWS takes signatures of clocks that are wrong by as much. */
const skewMs = 15 * 60_000;
const refused = (code: string, message: string): Refusal => ({ code, message });
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** RFC 3986, as AWS writes a canonical query. */
const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * Why AWS would refuse this request: it signs again what really arrived, by Signature Version 4. That the body is the
 * one that was signed is taken on trust.
 */
export function refusalOf(
  request: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
  { credentials, region }: Signer,
  now = Date.now(),
): Refusal | undefined {
  const [path = '', query = ''] = (request.url ?? '').split(/\?(.*)/s);
  const parameters = new URLSearchParams(query);
  const stated = statementOf(request, parameters);
  if (stated === undefined) return refused('AccessDenied', 'The request is not signed');
  const { credential, signedHeaders, signature, date, token, payload, validForMs } = stated;
  const [accessKeyId, ...scope] = credential.split('/');
  if (accessKeyId !== credentials.accessKeyId) return refused('InvalidAccessKeyId', 'Nobody has this access key');
  if (scope[1] !== region)
    return refused('AuthorizationHeaderMalformed', `The region '${scope[1]}' is wrong; expecting '${region}'`);
  if (token !== (credentials.sessionToken ?? '')) return refused('InvalidToken', 'The security token is wrong');
  const signedAt = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!(now >= signedAt - skewMs)) return refused('AccessDenied', 'Request is not yet valid');
  if (now > signedAt + validForMs) return refused('AccessDenied', 'Request has expired');

  const names = signedHeaders.split(';');
  const canonicalRequest = [
    request.method,
    path,
    canonicalQuery(parameters),
    ...names.map((name) => `${name}:${String(request.headers[name] ?? '').trim()}`),
    '',
    signedHeaders,
    payload,
  ].join('\n');
  const digest = createHash('sha256').update(canonicalRequest).digest('hex');
  const key = scope.reduce<string | Buffer>((before, part) => hmac(before, part), `AWS4${credentials.secretAccessKey}`);
  const expected = hmac(key, ['AWS4-HMAC-SHA256', date, scope.join('/'), digest].join('\n'));
  const given = Buffer.from(signature, 'hex');
  if (given.length === expected.length && timingSafeEqual(given, expected)) return undefined;
  return refused('SignatureDoesNotMatch', 'The signature is not one of what arrived');
}

function statementOf({ headers }: Pick<IncomingMessage, 'headers'>, query: URLSearchParams): Statement | undefined {
  const parameter = (name: string) => query.get(`X-Amz-${name}`) ?? '';
  if (query.has('X-Amz-Signature'))
    return {
      credential: parameter('Credential'),
      signedHeaders: parameter('SignedHeaders'),
      signature: parameter('Signature'),
      date: parameter('Date'),
      token: parameter('Security-Token'),
      payload: 'UNSIGNED-PAYLOAD',
      validForMs: Number(parameter('Expires')) * 1000,
    };
  const [, credential, signedHeaders, signature] =
    /^AWS4-HMAC-SHA256 Credential=(\S+), ?SignedHeaders=(\S+), ?Signature=(\w+)$/.exec(headers.authorization ?? '') ??
    [];
  if (credential === undefined || signedHeaders === undefined || signature === undefined) return undefined;
  const header = (name: string) => String(headers[name] ?? '');
  return {
    ...{ credential, signedHeaders, signature },
    date: header('x-amz-date'),
    token: header('x-amz-security-token'),
    payload: header('x-amz-content-sha256'),
    validForMs: skewMs,
  };
}

const canonicalQuery = (parameters: URLSearchParams) =>
  [...parameters]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encoded(name), encoded(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? Number(x > y) - Number(x < y) : Number(a > b) - Number(a < b)))
    .map((pair) => pair.join('='))
    .join('&');
