import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refusalOf, type Signer } from '../../../rehearsal/parts/signature';

export interface SignedS3Props {
  /** Of moto, which stores, and checks no signature. */
  readonly origin: string;
  readonly signer: Signer;
}

/** moto behind the check that AWS does first: nobody gets in without a signature over exactly what arrives. */
export async function startSignedS3({ origin, signer }: SignedS3Props) {
  const behaviour = { state: 'up' as 'up' | 'silent' | 'closing' | 'failing', hoursLater: 0 };
  const asked: string[] = [];

  function answer(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method = '', url = '', headers } = incoming;
    asked.push(`${method} ${url.split('?', 1)[0]}`);
    if (behaviour.state === 'silent') return;
    if (behaviour.state === 'closing') return void incoming.socket.destroy();
    if (behaviour.state === 'failing') return void outgoing.writeHead(500).end();
    const now = Date.now() + behaviour.hoursLater * 3_600_000;
    // A preflight has no signature.
    const refusal = method === 'OPTIONS' ? undefined : refusalOf(incoming, signer, now);
    if (refusal) return void outgoing.writeHead(403).end(`${refusal.code}: ${refusal.message}`);
    const forwarded = request(origin + url, { method, headers }, (stored) => {
      outgoing.writeHead(stored.statusCode ?? 500, stored.headers);
      stored.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  }

  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    behaviour,
    /** What was asked, without queries. */
    asked,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export type SignedS3 = Awaited<ReturnType<typeof startSignedS3>>;
