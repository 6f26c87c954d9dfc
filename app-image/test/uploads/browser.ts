/** A page's own upload: what a browser does before and after, by the Fetch standard. */
export interface BrowserPut {
  readonly origin: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const list = (value: string | null) => (value ?? '').split(',').map((item) => item.trim().toLowerCase());

/** S3 answers with what was asked and is allowed, moto with the patterns that allow it. */
const covers = (pattern: string, name: string) =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;

/** Why a browser does not send it. */
export async function preflightRefusal({
  origin,
  url,
  headers,
}: Omit<BrowserPut, 'body'>): Promise<string | undefined> {
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  const preflight = await fetch(url, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': names.sort().join(','),
    },
  });
  await preflight.arrayBuffer();
  if (!preflight.ok) return `the preflight was answered ${preflight.status}`;
  if (preflight.headers.get('access-control-allow-origin') !== origin) return 'the origin is not allowed';
  if (!list(preflight.headers.get('access-control-allow-methods')).includes('put')) return 'PUT is not allowed';
  const allowed = list(preflight.headers.get('access-control-allow-headers'));
  const refused = names.filter((name) => !allowed.some((pattern) => covers(pattern, name)));
  return refused.length > 0 ? `${refused} may not be sent` : undefined;
}

/** The answer, with the headers that the page gets to see. @throws what the page would see as a network error */
export async function putFromPage(put: BrowserPut) {
  const refusal = await preflightRefusal(put);
  if (refusal !== undefined) throw new Error(`CORS: ${refusal}`);
  const { origin, url, headers, body } = put;
  const response = await fetch(url, { method: 'PUT', headers: { ...headers, origin }, body });
  const text = await response.text();
  if (response.ok && response.headers.get('access-control-allow-origin') !== origin)
    throw new Error('CORS: the page may not read the answer');
  const exposed = list(response.headers.get('access-control-expose-headers'));
  return { status: response.status, text, etag: exposed.includes('etag') ? response.headers.get('etag') : null };
}
