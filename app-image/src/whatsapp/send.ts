import { UnrecoverableError } from 'bullmq';
import { exchange } from '../outgoing/call';
import { jobFailure } from '../outgoing/job-failure';
import type { WhatsappTemplate } from '../queues/payloads/whatsapp';
import type { Provider } from './provider';

/** An id or an error takes less than 1 KiB. */
const largestAnswerBytes = 64 * 1024;
/** Of Meta, where its status is 400 and the message may be sent later all the same: all are limits on the rate. */
const laterCodes: readonly unknown[] = [4, 80007, 130429, 131048, 131056];

/** Nothing of the answer but its numbers goes into an error: its texts may quote the phone number. */
function failure({ name }: Provider, status: number, code: unknown): Error {
  const answered = `${name} answered ${status}${typeof code === 'number' ? `, code ${code}` : ''}`;
  if (status === 408 || status === 429 || status >= 500 || laterCodes.includes(code)) return new Error(answered);
  if (status === 401 || status === 403)
    return new UnrecoverableError(
      `${answered}: it does not take WHATSAPP_ACCESS_TOKEN; renew it, then retry the failed jobs`,
    );
  return new UnrecoverableError(`${answered}: look up the code; the number or the template is not as it has to be`);
}

/**
 * @returns the provider's id of the message; null where it took the message and gave none
 * @throws UnrecoverableError for what another try would not change, any other Error for what it may
 */
export async function send(provider: Provider, message: WhatsappTemplate, timeoutMs: number): Promise<string | null> {
  const outgoing = { to: provider.name, ...provider.request(message), timeoutMs };
  const { ok, status, text } = await exchange(outgoing, largestAnswerBytes).catch((error: unknown) => {
    throw jobFailure(error);
  });
  const answer = answerIn(text);
  if (!ok) throw failure(provider, status, provider.errorCode(answer));
  const id = provider.messageId(answer);
  return typeof id === 'string' && id !== '' ? id : null;
}

/** What is no JSON has neither an id nor a code. */
function answerIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
