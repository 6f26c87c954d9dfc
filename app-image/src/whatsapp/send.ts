import { UnrecoverableError } from 'bullmq';
import type { WhatsappTemplate } from '../queues/payloads/whatsapp';
import type { Provider } from './provider';

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
  const { url, headers, body } = provider.request(message);
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      // The token is for this host and no other.
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    answer = await answerOf(response);
  } catch (error) {
    // What went wrong is in fetch's cause; its own message says that it failed.
    const { message, cause } = error as { message: string; cause?: { code?: string; message?: string } };
    throw new Error(`${provider.name} did not answer: ${cause?.code ?? cause?.message ?? message}`);
  }
  if (!response.ok) throw failure(provider, response.status, provider.errorCode(answer));
  const id = provider.messageId(answer);
  return typeof id === 'string' && id !== '' ? id : null;
}

/** What is no JSON has neither an id nor a code. A connection that breaks is another thing. */
async function answerOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
