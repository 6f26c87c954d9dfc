import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** A provider of WhatsApp on loopback, which answers as the test says. */
export async function startProvider() {
  const received: Received[] = [];
  const state = {
    received,
    answer: (response: ServerResponse): void => void response.end('{}'),
    answerWith(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
      state.answer = (response) => {
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
      };
    },
  };
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { method, url, headers } = request;
    received.push({ method, url, headers, body: JSON.parse(text) });
    state.answer(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  });
}

export type FakeProvider = Awaited<ReturnType<typeof startProvider>>;
