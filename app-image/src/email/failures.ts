import { UnrecoverableError } from 'bullmq';
import type { NodemailerError } from 'nodemailer';

type SmtpError = Partial<NodemailerError>;

const retryOnceMended = 'then retry the failed jobs';

export const credentialsRefused = (answer: string) =>
  new UnrecoverableError(
    `The mail server refuses EMAIL_USER with EMAIL_PASS (${answer}): renew the app password, ${retryOnceMended}`,
  );

export const emailOff = (missing: readonly string[]) =>
  new UnrecoverableError(`E-mail is off: set ${missing.join(' and ')}, ${retryOnceMended}`);

/** Whether it was the credentials, and will be with every other mail. */
export const isRefusedLogin = ({ code, permanent = true }: SmtpError): boolean =>
  (code === 'EAUTH' || code === 'ENOAUTH') && permanent;

/**
 * Why a mail was not sent, as the reason that its job keeps: what a server says may quote the address or the mail, so
 * that only its codes are told.
 *
 * @returns an UnrecoverableError where another try would end alike
 */
export function failureOf(error: SmtpError): Error {
  const answer = answerOf(error);
  if (isRefusedLogin(error)) return credentialsRefused(answer);
  const { code, permanent } = error;
  if (code === 'EABORT') return new Error('The mail server took longer than EMAIL_TIMEOUT_MS');
  if (permanent === false) return new Error(`The mail server puts the mail off (${answer})`);
  if (code === 'EENVELOPE') return new UnrecoverableError(`The mail server refuses an address of the mail (${answer})`);
  if (code === 'EMESSAGE') return new UnrecoverableError(`The mail server refuses the mail (${answer})`);
  return new Error(`The mail server cannot be used (${answer})`);
}

/** `550 5.1.1`, or the code of a connection's error. */
export function answerOf({ code, originalCode, name, responseCode, response = '' }: SmtpError): string {
  if (!responseCode) return originalCode ?? code ?? name ?? 'for an unknown reason';
  const [, enhanced] = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})(?:\s|$)/.exec(response) ?? [];
  return [responseCode, enhanced].filter(Boolean).join(' ');
}
