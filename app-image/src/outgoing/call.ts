import type { ZodType } from 'zod';

/** What another company's server answers is not to fill this process's memory. */
const defaultMaxBytes = 5 * 1024 * 1024;

export interface OutgoingCall {
  /** Whom it goes to, as an error names them. */
  readonly to: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, by POST. @default - none, and GET */
  readonly body?: unknown;
  /** For all of it, the answer's body included. */
  readonly timeoutMs: number;
}

/** There is no good answer. The message quotes neither what was sent nor what was answered. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';

  constructor(
    message: string,
    /** Another try may end better. */
    readonly passing: boolean,
    readonly status?: number,
    /** As the other side asks for, in Retry-After. */
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}

/** An address below another, whether that ends with a slash or not. */
export function below(base: string, path: string, query: Readonly<Record<string, string | undefined>> = {}): string {
  const stated = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const search = new URLSearchParams(stated).toString();
  return base.replace(/\/+$/, '') + path + (search && `?${search}`);
}

/**
 * @returns an answer of 2xx, whose body is the caller's to read or to cancel
 * @throws CallFailed
 */
export async function call({ to, url, headers, body, timeoutMs }: OutgoingCall): Promise<Response> {
  const response = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
    // Not followed: what is secret is for this host and no other. `error` would hide the status.
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: unknown) => {
    throw broken(to, timeoutMs, error);
  });
  if (response.ok) return response;
  await discard(response);
  throw refused(to, response);
}

/**
 * The body of a call's answer, in the shape that it has to have.
 *
 * @throws CallFailed
 */
export async function callForJson<T>(
  outgoing: OutgoingCall,
  schema: ZodType<T>,
  maxBytes = defaultMaxBytes,
): Promise<T> {
  const { to, timeoutMs } = outgoing;
  const text = await textOf(await call(outgoing), outgoing, maxBytes).catch((error: unknown) => {
    throw error instanceof CallFailed ? error : broken(to, timeoutMs, error);
  });
  const parsed = schema.safeParse(jsonOf(text, to));
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`);
  throw new CallFailed(`The answer of ${to} is not as it has to be: ${fields.slice(0, 5).join('; ')}`, false);
}

/** Of whoever needs the status alone. */
export async function discard({ body }: Response): Promise<void> {
  // It may have broken meanwhile, which changes nothing.
  await body?.cancel().catch(() => {});
}

async function textOf(response: Response, { to }: OutgoingCall, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let left = maxBytes;
  // Leaving the loop cancels the rest.
  for await (const chunk of response.body ?? []) {
    left -= chunk.length;
    if (left < 0) throw new CallFailed(`The answer of ${to} has more than ${maxBytes} bytes`, false);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function jsonOf(text: string, to: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Mostly a page of a proxy that stands in for them.
    throw new CallFailed(`The answer of ${to} is no JSON`, true);
  }
}

/** Timeouts and limits of the other side, and all that is their own fault. */
const isPassing = (status: number) => [408, 425, 429].includes(status) || status >= 500;

function refused(to: string, { status, headers }: Response): CallFailed {
  const redirect = status >= 300 && status < 400 ? ', a redirect, which is not followed' : '';
  return new CallFailed(
    `${to} answered ${status}${redirect}`,
    isPassing(status),
    status,
    waitOf(headers.get('retry-after')),
  );
}

/** Seconds, or a date. */
function waitOf(retryAfter: string | null): number | undefined {
  if (retryAfter === null) return undefined;
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

function broken(to: string, timeoutMs: number, error: unknown): CallFailed {
  const { name, cause } = error as { name: string; cause?: { message?: string; code?: string } };
  if (name === 'TimeoutError') return new CallFailed(`${to} did not answer before the timeout, ${timeoutMs} ms`, true);
  // Without a cause nothing was sent: a header or the address cannot be, and the error's message quotes it.
  if (cause === undefined) return new CallFailed(`A call to ${to} cannot be sent: check its address and key`, false);
  return new CallFailed(`${to} cannot be reached: ${cause.message || cause.code}`, true);
}
