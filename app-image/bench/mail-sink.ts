import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** An SMTP server that takes every mail and keeps none. */
export async function startMailSink() {
  const awaited = { count: 0, done: () => {} };
  const server = new SMTPServer({
    ...{ logger: false, hideSTARTTLS: true, allowInsecureAuth: true },
    onAuth: (_login, _session, callback) => callback(null, { user: 'mailer' }),
    onData(stream, _session, callback) {
      stream.resume();
      stream.once('end', () => {
        callback(null);
        awaited.count -= 1;
        if (awaited.count === 0) awaited.done();
      });
    },
  });
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    port: (server.server.address() as AddressInfo).port,
    /** Resolves when so many more have come. */
    take: (count: number) =>
      new Promise<void>((resolve) => {
        awaited.count = count;
        awaited.done = resolve;
      }),
    stop: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}
