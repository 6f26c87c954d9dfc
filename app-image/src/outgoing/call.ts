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
  /** Aborted when nobody waits for the answer any more. @default - only the timeout ends it */
  readonly signal?: AbortSignal;
}

/** Whatever its status. */
export interface Reply {
  readonly ok: boolean;
  readonly status: number;
  readonly text: string;
}

/** There is no good answer. The message quotes neither what was sent nor what was answered. */
export class CallFailed extends Error {
  override readonly name: string = 'CallFailed';

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

export class CallTimedOut extends CallFailed {
  override readonly name = 'CallTimedOut';
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
export async function call(outgoing: OutgoingCall): Promise<Response> {
  const response = await begin(outgoing);
  if (response.ok) return response;
  await discard(response);
  throw refused(outgoing.to, response);
}

/**
 * For whoever knows what is harmless in an answer that refuses: whatever it says, a redirect excepted.
 *
 * @throws CallFailed
 */
export async function exchange(outgoing: OutgoingCall, maxBytes = defaultMaxBytes): Promise<Reply> {
  const response = await begin(outgoing);
  const { ok, status } = response;
  if (isRedirect(status)) {
    await discard(response);
    throw refused(outgoing.to, response);
  }
  return { ok, status, text: await textOf(response, outgoing, maxBytes) };
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
  const { to } = outgoing;
  const text = await textOf(await call(outgoing), outgoing, maxBytes);
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

async function begin(outgoing: OutgoingCall): Promise<Response> {
  const { url, headers, body } = outgoing;
  return fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
    // Not followed: what is secret is for this host and no other. `error` would hide the status.
    redirect: 'manual',
    signal: endOf(outgoing),
  }).catch((error: unknown) => {
    throw broken(outgoing, error);
  });
}

/** Not `AbortSignal.any`: the garbage collector takes a timeout that only it knows (nodejs/node#57736). */
function endOf({ timeoutMs, signal }: OutgoingCall): AbortSignal {
  if (signal === undefined) return AbortSignal.timeout(timeoutMs);
  const end = new AbortController();
  // Left alone when the answer was in time: it ends nothing then.
  setTimeout(() => end.abort(new DOMException('too late', 'TimeoutError')), timeoutMs).unref();
  signal.addEventListener('abort', () => end.abort(), { once: true });
  if (signal.aborted) end.abort();
  return end.signal;
}

async function textOf(response: Response, outgoing: OutgoingCall, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let left = maxBytes;
  try {
    // Leaving the loop cancels the rest.
    for await (const chunk of response.body ?? []) {
      left -= chunk.length;
      if (left < 0) throw new CallFailed(`The answer of ${outgoing.to} has more than ${maxBytes} bytes`, false);
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof CallFailed ? error : broken(outgoing, error);
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

const isRedirect = (status: number) => status >= 300 && status < 400;

function refused(to: string, { status, headers }: Response): CallFailed {
  const redirect = isRedirect(status) ? ', a redirect, which is not followed' : '';
  return new CallFailed(
    `${to} answered ${status}${redirect}`,
    isPassing(status),
    status,
    waitOf(headers.get('retry-after')),
  );
}

/** Seconds, with a fraction where it is Groq's, or a date. */
function waitOf(retryAfter: string | null): number | undefined {
  if (retryAfter === null) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

function broken({ to, timeoutMs }: OutgoingCall, error: unknown): CallFailed {
  const { name, cause } = error as { name: string; cause?: { message?: string; code?: string } };
  if (name === 'TimeoutError')
    return new CallTimedOut(`${to} did not answer before the timeout, ${timeoutMs} ms`, true);
  if (name === 'AbortError') return new CallFailed(`A call to ${to} was given up`, true);
  // Without a cause nothing was sent: a header or the address cannot be, and the error's message quotes it.
  if (cause === undefined) return new CallFailed(`A call to ${to} cannot be sent: check its address and key`, false);
  return new CallFailed(`${to} cannot be reached: ${cause.message || cause.code}`, true);
}
