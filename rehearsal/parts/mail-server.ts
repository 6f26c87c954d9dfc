import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** By which the containers call it. No address, since they refuse those of their own machine. */
export const mailHost = 'mail.mr-mentor.internal';

/** The job that a mail is of, by the Message-ID that the mailer gives it: the same one however often it is sent. */
export const jobOf = (messageId: string | undefined): string | undefined =>
  /^<(.+)@[^@]+>$/.exec(messageId?.trim() ?? '')?.[1];

/** What an SMTP server answers when it does not do what it is asked. */
export function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

export interface Delivery {
  readonly to: readonly string[];
  readonly mail: Email;
}

type Answer = () => Error | undefined | Promise<Error | undefined>;
type AnswerFor = (address: string) => Error | undefined;

export interface MailServerOptions {
  /** PEM; without it the server speaks in the clear. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** TLS from the first byte. */
  readonly secure?: boolean;
  /** Of 127.0.0.1. @default - a free one */
  readonly port?: number;
  /** Called for each mail that is taken, before its sender is told so. */
  readonly onDelivery?: (delivery: Delivery) => void;
}

/** A real SMTP server that keeps what it gets, and that refuses what it is told to. */
export async function startMailServer({ tls, secure = false, port = 0, onDelivery }: MailServerOptions = {}) {
  const sender = { EMAIL_USER: 'mailer@myanalyticsschool.com', EMAIL_PASS: randomBytes(12).toString('hex') };
  const deliveries: Delivery[] = [];
  const logins: string[] = [];
  const state: { password: string; onRecipient: AnswerFor; onMessage: Answer } = {
    password: sender.EMAIL_PASS,
    onRecipient: () => undefined,
    onMessage: () => undefined,
  };
  const options: SMTPServerOptions = {
    ...{ ...tls, secure, logger: false, authMethods: ['PLAIN', 'LOGIN'] },
    ...(tls === undefined && { hideSTARTTLS: true, allowInsecureAuth: true }),
    onAuth({ username = '', password }, _session, callback) {
      logins.push(username);
      if (username === sender.EMAIL_USER && password === state.password) return callback(null, { user: username });
      callback(refusal(535, `5.7.8 Username and Password not accepted for ${username}`));
    },
    onRcptTo: ({ address }, _session, callback) => callback(state.onRecipient(address) ?? null),
    onData(stream, { envelope }, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.once('end', async () => {
        const refused = await state.onMessage();
        if (refused) return callback(refused);
        const to = envelope.rcptTo.map(({ address }) => address);
        const delivery = { to, mail: await PostalMime.parse(Buffer.concat(chunks)) };
        deliveries.push(delivery);
        onDelivery?.(delivery);
        callback(null);
      });
    },
  };
  const server = new SMTPServer(options);
  // Connections that a client breaks off are what some tests are about.
  server.on('error', () => {});
  server.listen(port, '127.0.0.1');
  await once(server.server, 'listening');
  const bound = (server.server.address() as AddressInfo).port;
  return {
    ...{ deliveries, logins, state, port: bound },
    /** Whom it lets send. */
    sender,
    /** For a service on this machine that sends by it. */
    environment: { ...sender, EMAIL_HOST: '127.0.0.1', EMAIL_PORT: String(bound), EMAIL_TIMEOUT_MS: '2000' },
    async stop(): Promise<void> {
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

export type MailServer = Awaited<ReturnType<typeof startMailServer>>;
