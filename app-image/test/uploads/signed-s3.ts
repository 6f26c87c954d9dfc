import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** RFC 3986, as AWS writes a canonical query. */
const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** Why S3 would refuse this presigned request: it signs again what really arrived, by Signature Version 4. */
function refusalOf({ method, url, headers }: IncomingMessage, secret: string, now: number): string | undefined {
  const { pathname, searchParams } = new URL(url ?? '', 'http://s3');
  const given = (name: string) => searchParams.get(`X-Amz-${name}`) ?? '';
  const [, date = '', region = '', service = ''] = given('Credential').split('/');
  const time = given('Date');
  const signedAt = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (now > signedAt + Number(given('Expires')) * 1000) return 'AccessDenied: Request has expired';

  const query = [...searchParams].filter(([name]) => name !== 'X-Amz-Signature');
  const names = given('SignedHeaders').split(';');
  const canonicalRequest = [
    method,
    pathname,
    query
      .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
      .sort()
      .join('&'),
    ...names.map((name) => `${name}:${String(headers[name] ?? '').trim()}`),
    '',
    names.join(';'),
    'UNSIGNED-PAYLOAD',
  ].join('\n');
  const digest = createHash('sha256').update(canonicalRequest).digest('hex');
  const scope = [date, region, service, 'aws4_request'];
  const key = scope.reduce<string | Buffer>((before, part) => hmac(before, part), `AWS4${secret}`);
  const expected = hmac(key, ['AWS4-HMAC-SHA256', time, scope.join('/'), digest].join('\n'));
  const signature = Buffer.from(given('Signature'), 'hex');
  const equal = signature.length === expected.length && timingSafeEqual(signature, expected);
  return equal ? undefined : 'SignatureDoesNotMatch';
}

export interface SignedS3Props {
  /** Of moto, which stores, and checks no signature. */
  readonly origin: string;
  readonly secret: string;
}

/** moto behind the check that AWS does first: nobody gets in without a signature over exactly what arrives. */
export async function startSignedS3({ origin, secret }: SignedS3Props) {
  const behaviour = { state: 'up' as 'up' | 'silent' | 'closing' | 'failing', hoursLater: 0 };
  const asked: string[] = [];

  function answer(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method = '', url = '', headers } = incoming;
    asked.push(`${method} ${url.split('?', 1)[0]}`);
    if (behaviour.state === 'silent') return;
    if (behaviour.state === 'closing') return void incoming.socket.destroy();
    if (behaviour.state === 'failing') return void outgoing.writeHead(500).end();
    const now = Date.now() + behaviour.hoursLater * 3_600_000;
    const presigned = url.includes('X-Amz-Signature=');
    // A preflight has no signature; what the service itself asks has it in a header.
    const anonymous = method !== 'OPTIONS' && !headers.authorization;
    const refusal = presigned && method !== 'OPTIONS' ? refusalOf(incoming, secret, now) : undefined;
    if (refusal ?? (anonymous && !presigned)) return void outgoing.writeHead(403).end(refusal ?? 'AccessDenied');
    const forwarded = request(origin + url, { method, headers }, (stored) => {
      outgoing.writeHead(stored.statusCode ?? 500, stored.headers);
      stored.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  }

  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    behaviour,
    /** What was asked, without queries. */
    asked,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export type SignedS3 = Awaited<ReturnType<typeof startSignedS3>>;
