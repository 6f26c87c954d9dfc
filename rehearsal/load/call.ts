import type { IncomingHttpHeaders } from 'node:http';
import { request as plain } from 'node:http';
import { type Agent, request as secure } from 'node:https';
import { now } from '../clock';
import { targetHeader } from './target';

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'OPTIONS';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The body arrives in pieces over this time. @default 0 */
  readonly bodySeconds?: number;
}

export interface Answer {
  readonly at: number;
  readonly ms: number;
  /** The status of a whole answer, or why there was none. */
  readonly result: number | string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly target?: string;
}

/** For whoever reads why the load cannot begin. */
export const answeredWith = ({ result, target }: Answer): string =>
  result === 503 && target === undefined
    ? '503 by the load balancer itself, which has no listener rule for this host or no healthy target'
    : String(result);

/** A user has left by then. */
const patienceMs = 20_000;
/** Well below every idle timeout that a load balancer may have, shortened too. */
const pieceEveryMs = 200;

export interface Route {
  readonly agent: Agent | false;
  /** Whatever host the URL names. @default - that of the URL */
  readonly connectTo?: { readonly hostname: string; readonly port: number };
  readonly ca?: string;
}

/** Rejects for no URL only: an answer that did not come is one as well. Nothing is sent a second time. */
export function send(
  { method = 'GET', url, headers, body = '', bodySeconds = 0 }: Call,
  route: Route,
): Promise<Answer> {
  const at = now();
  return new Promise((resolve) => {
    let answered: IncomingHttpHeaders = {};
    let text = '';
    const settle = (result: number | string) => {
      clearTimeout(patience);
      const target = answered[targetHeader];
      const who = typeof target === 'string' ? { target } : {};
      resolve({ at, ms: now() - at, result, headers: answered, body: text, ...who });
    };
    const fail = (error: NodeJS.ErrnoException) => settle(error.code ?? error.message);
    const { protocol, host } = new URL(url);
    const outgoing = (protocol === 'https:' ? secure : plain)(
      url,
      {
        ...{ method, agent: route.agent as Agent, ca: route.ca, ...route.connectTo },
        headers: { host, ...headers, ...(body !== '' && { 'content-length': Buffer.byteLength(body) }) },
      },
      (response) => {
        answered = response.headers;
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.once('end', () => settle(response.statusCode ?? 0));
        response.once('error', fail);
      },
    );
    const limitMs = patienceMs + bodySeconds * 1000;
    const late = `no answer within ${limitMs / 1000} s`;
    const patience = setTimeout(() => outgoing.destroy(new Error(late)), limitMs);
    outgoing.once('error', fail);
    if (bodySeconds === 0) outgoing.end(body);
    else trickle(outgoing, Buffer.from(body), bodySeconds);
  });
}

function trickle(outgoing: ReturnType<typeof plain>, body: Buffer, seconds: number): void {
  const began = performance.now();
  let written = 0;
  const timer = setInterval(() => {
    const share = Math.min(1, (performance.now() - began) / (seconds * 1000));
    const due = Math.floor(body.length * share);
    if (outgoing.destroyed || share === 1) {
      clearInterval(timer);
      outgoing.end(body.subarray(written));
    } else if (due > written) outgoing.write(body.subarray(written, due));
    written = Math.max(written, due);
  }, pieceEveryMs);
  // The head goes at once, so that the request is under way.
  outgoing.flushHeaders();
}
