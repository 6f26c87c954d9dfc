import type { NodemailerError, SMTPPoolSentMessageInfo, Transporter } from 'nodemailer';
import type { Environment } from '../config/contract';
import { isLocalHost } from '../config/hosts-in-value';
import type { LoadedEnvironment } from '../config/load';
import { answerOf, credentialsRefused, emailOff, failureOf, isRefusedLogin } from './failures';
import type { Content } from './rendering';

/** On this port TLS begins with the first byte. */
const tlsPort = 465;
/** As many as one process sends mails at the same time. */
const maxConnections = 5;
/** Providers lock an account that keeps trying: with a hundred mails waiting, too, it tries once in this time. */
const restMs = 60_000;

export interface Mail extends Content {
  /** Of the job: the Message-ID follows from it, so that a mail that was sent twice can be told. */
  readonly id: string;
  readonly to: string;
  readonly cc: readonly string[];
}

export interface Sent {
  readonly messageId: string;
  /** How many copies the server did not take. */
  readonly refusedCopies: number;
}

/** How the server is spoken to; also of one that is not there. */
export function connectionOf(environment: Environment) {
  const { EMAIL_HOST: host, EMAIL_PORT: port, EMAIL_TIMEOUT_MS: timeoutMs } = environment;
  const secure = port === tlsPort;
  return {
    ...{ host, port, secure },
    // A password does not cross a network in the clear; the mail catcher of a laptop has no certificate.
    requireTLS: !secure && !isLocalHost(host),
    ...{ dnsTimeout: timeoutMs, connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
  };
}

/** Sends mails over a few connections that stay open. */
export class Mailer {
  private transporter: Transporter<SMTPPoolSentMessageInfo> | undefined;
  private refused: { readonly answer: string; readonly untilMs: number } | undefined;

  constructor(private readonly loaded: Pick<LoadedEnvironment, 'environment' | 'features'>) {}

  /** @throws what says whether another try can help, without an address */
  async send({ id, to, cc, subject, text, html }: Mail): Promise<Sent> {
    const { environment, features } = this.loaded;
    if (features.email.state !== 'on') throw emailOff(features.email.missing);
    if (this.refused && performance.now() < this.refused.untilMs) throw credentialsRefused(this.refused.answer);

    const from = environment.EMAIL_FROM ?? environment.EMAIL_USER ?? '';
    const messageId = `<${id}@${from.slice(from.lastIndexOf('@') + 1)}>`;
    // The other limits are each for a step, and a server that trickles its answers stays below them all.
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), environment.EMAIL_TIMEOUT_MS);
    try {
      const { rejected, rejectedErrors = [] } = await this.open().sendMail({
        ...{ from, to, cc: [...cc], subject, text, html, messageId },
        headers: { 'Auto-Submitted': 'auto-generated' },
        disableFileAccess: true,
        disableUrlAccess: true,
        signal: limit.signal,
      });
      const refusal = rejectedErrors.find(({ recipient }) => recipient?.toLowerCase() === to.toLowerCase());
      if (refusal) throw refusal;
      return { messageId, refusedCopies: rejected.length };
    } catch (thrown) {
      const error = thrown as NodemailerError;
      if (isRefusedLogin(error)) this.refused = { answer: answerOf(error), untilMs: performance.now() + restMs };
      throw failureOf(error);
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.transporter?.close();
  }

  private open() {
    const { environment } = this.loaded;
    // Not a static import: a process that sends no mail need not load it.
    const { createTransport } = require('nodemailer') as typeof import('nodemailer');
    this.transporter ??= createTransport({
      ...connectionOf(environment),
      auth: { user: environment.EMAIL_USER, pass: environment.EMAIL_PASS },
      pool: true,
      maxConnections,
      // The job is tried again, and its failure is seen; once, as a server may close a connection that was idle.
      maxRequeues: 1,
    });
    return this.transporter;
  }
}
