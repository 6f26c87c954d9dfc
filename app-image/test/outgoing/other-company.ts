import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedCall {
  readonly method: string;
  /** Path and query. */
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  /** Parsed; undefined where none was sent. */
  readonly body: unknown;
}

type Respond = (call: ReceivedCall, response: ServerResponse) => void | Promise<void>;

/** A real HTTP server in the place of another company's. What it answers is the test's to change. */
export class OtherCompany {
  readonly received: ReceivedCall[] = [];
  respond: Respond = (_call, response) => json(response, {});
  url = '';
  private readonly server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const call = {
      method: String(request.method),
      url: new URL(String(request.url), 'http://other.test'),
      headers: request.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
    this.received.push(call);
    await this.respond(call, response);
  });

  async listen(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  /** Forgets what it received and how it answered. */
  reset(): void {
    this.received.length = 0;
    this.respond = (_call, response) => json(response, {});
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

export function json(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
