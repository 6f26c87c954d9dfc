import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';

type Match = (request: Pick<IncomingMessage, 'method' | 'url'>) => boolean;

/** In front of an S3, to hold one of its answers back for as long as a test wants. */
export async function openStorageProxy(target: string) {
  let held: { readonly match: Match; readonly arrived: () => void; readonly released: Promise<void> } | undefined;
  const server = createServer(async (incoming, outgoing) => {
    const matching = held;
    if (matching?.match(incoming)) {
      matching.arrived();
      await matching.released;
    }
    const { method, url, headers } = incoming;
    const forwarded = request(new URL(url ?? '/', target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    // A client or a server that has gone away is what some tests are about.
    forwarded.on('error', () => outgoing.destroy());
    outgoing.on('error', () => {});
    incoming.pipe(forwarded);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** From now on, requests like it wait until they are released. @returns once the first one has come */
    hold(match: Match) {
      let arrived = () => {};
      let release = () => {};
      const first = new Promise<void>((resolve) => (arrived = resolve));
      const released = new Promise<void>((resolve) => (release = resolve));
      held = { match, arrived, released };
      return {
        first,
        release() {
          held = undefined;
          release();
        },
      };
    },
    async close(): Promise<void> {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

export type StorageProxy = Awaited<ReturnType<typeof openStorageProxy>>;

export const isPart: Match = ({ method, url }) => method === 'PUT' && /partNumber=1\b/.test(url ?? '');
export const isReading: Match = ({ method, url }) => method === 'GET' && /\.dump(\?|$)/.test(url ?? '');
