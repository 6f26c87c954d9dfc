import { signIn } from '../faults/service';
import { newAddress } from '../faults/traffic';
import { type StartedServer, startServer } from '../server-process';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    readonly success: boolean;
    readonly code?: string;
    readonly message?: string;
    readonly fields?: readonly { readonly field: string; readonly message: string }[];
    readonly requestId?: string;
    // What it holds differs from route to route.
    readonly data: Readonly<Record<string, string>> & { readonly duplicate: boolean };
  };
}

interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export const pepper = 'a-pepper-of-the-tests-and-nobody-else';

/** A service that vendors post leads to, and an administrator of it. */
export async function startVendorApi(environment: Readonly<Record<string, string>> = {}) {
  const started: StartedServer = await startServer({
    PROCESS_ROLE: 'web',
    TRUST_PROXY_HOPS: '1',
    VENDOR_API_KEY_PEPPER: pepper,
    ...environment,
  });
  const token = await signIn(started.port);

  async function call(path: string, { method, headers, body }: Call = {}): Promise<Answer> {
    const response = await fetch(`${started.url}/api${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: { 'x-forwarded-for': newAddress(), 'content-type': 'application/json', ...headers },
      body: body === undefined || typeof body === 'string' ? (body as string | undefined) : JSON.stringify(body),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
  }
  const admin = (path: string, { headers, ...others }: Call = {}) =>
    call(`/admin/vendors${path}`, { ...others, headers: { authorization: `Bearer ${token}`, ...headers } });

  async function newVendor(name: string) {
    const vendor = await admin('', { body: { name } });
    if (vendor.status !== 201) throw new Error(`The vendor was not created: ${JSON.stringify(vendor.body)}`);
    const id = String(vendor.body.data.id);
    const issued = await admin(`/${id}/keys`, { method: 'POST' });
    if (issued.status !== 201) throw new Error(`No key was issued: ${JSON.stringify(issued.body)}`);
    return { id, name, keyId: String(issued.body.data.id), key: String(issued.body.data.key) };
  }

  return {
    ...started,
    call,
    admin,
    newVendor,
    postLead: (key: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
      call('/v1/vendor/leads', { method: 'POST', headers: { 'x-api-key': key, ...headers }, body }),
  };
}

export type VendorApi = Awaited<ReturnType<typeof startVendorApi>>;
