import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/**
 * What happens to a call: `refused` and the others are answered by AWS, `cut` never reaches it, `unheard` is done and its
 * answer lost.
 */
export type Mishap = 'AccessDeniedException' | 'ExpiredTokenException' | 'ThrottlingException' | 'cut' | 'unheard';

/** Stands between the SDK and the emulator, and sees every call. */
export class AwsFront {
  /** `PutSecretValue`, in the order they came. */
  readonly actions: string[] = [];
  /** Called before a call is passed on. */
  before: (action: string) => Promise<void> | void = () => {};
  /** By action: what AWS says to a call of a JSON protocol that the emulator has no model for. */
  readonly answers = new Map<string, (input: Record<string, unknown>) => object | Promise<object>>();
  /** By action: what becomes of the emulator's answer, for states that it is never in. */
  readonly rewrites = new Map<string, (answer: string) => string>();
  private mishaps: { readonly action: string; readonly mishap: Mishap; times: number }[] = [];

  private constructor(
    private readonly server: Server,
    private readonly behind: string,
  ) {
    server.on('request', (request, response) => void this.pass(request, response).catch(() => response.destroy()));
  }

  static async start(behind: string): Promise<AwsFront> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new AwsFront(server, behind);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The next calls of this action. @param times the SDK tries three times */
  fail(action: string, mishap: Mishap, times = 3): void {
    this.mishaps.push({ action, mishap, times });
  }

  reset(): void {
    this.actions.length = 0;
    this.mishaps = [];
    this.before = () => {};
    this.answers.clear();
    this.rewrites.clear();
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const action = actionOf(request, body.toString());
    this.actions.push(action);
    await this.before(action);
    const mishap = this.mishaps.find((each) => each.action === action && each.times > 0);
    if (mishap) mishap.times -= 1;
    if (mishap?.mishap === 'cut') return void response.destroy();
    if (mishap !== undefined && mishap.mishap !== 'unheard') return refuse(request, response, mishap.mishap, action);
    const answer = this.answers.get(action);
    if (answer) {
      const answered = await answer(JSON.parse(body.toString()));
      const status = '__type' in answered ? 400 : 200;
      return void response
        .writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
        .end(JSON.stringify(answered));
    }
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
    const passed = await fetch(`${this.behind}${request.url}`, {
      ...{ method: request.method, headers: headers as Record<string, string>, ...(body.length > 0 && { body }) },
    });
    const content = Buffer.from(await passed.arrayBuffer());
    if (mishap) return void response.destroy();
    const rewrite = this.rewrites.get(action);
    response
      .writeHead(passed.status, { 'content-type': passed.headers.get('content-type') ?? '' })
      .end(rewrite ? rewrite(content.toString()) : content);
  }
}

/** In the protocol that was spoken; those with forms have names without "Exception". */
function refuse(request: IncomingMessage, response: ServerResponse, type: string, action: string): void {
  const message = `${action} was not to be`;
  if (request.headers['x-amz-target'] !== undefined) {
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ __type: type, message }));
    return;
  }
  const error = `<Error><Code>${type.replace(/Exception$/, '')}</Code><Message>${message}</Message></Error>`;
  response.writeHead(403, { 'content-type': 'text/xml' }).end(`<ErrorResponse>${error}</ErrorResponse>`);
}

/** Of a JSON protocol by its header, of a query protocol by its form. */
const actionOf = (request: IncomingMessage, body: string): string =>
  String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? new URLSearchParams(body).get('Action') ?? '';
