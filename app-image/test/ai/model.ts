import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

export const usage = { prompt_tokens: 12, completion_tokens: 34, total_tokens: 46 };
export const completion = (content: unknown) =>
  JSON.stringify({ model: 'llama-of-the-test', choices: [{ message: { role: 'assistant', content } }], usage });

/** A model's API, which answers as the test says. */
export async function startModel() {
  const asked: Asked[] = [];
  const model = {
    asked,
    answer: ((_request, response) => response.end(completion('Learn SQL first.'))) as RequestListener,
  };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push({ method: request.method, headers: request.headers, body: JSON.parse(body) });
    model.answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(model, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/openai/v1/chat/completions`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}
