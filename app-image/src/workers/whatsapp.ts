import { UnrecoverableError } from 'bullmq';
import type { Environment } from '../config/contract';
import type { Handlers } from '../queues/handlers';
import { type Provider, providerOf } from '../whatsapp/provider';
import { send } from '../whatsapp/send';
import { SentMessages, type SentMessagesProps } from '../whatsapp/sent-messages';

export interface WhatsappProps extends SentMessagesProps {
  readonly environment: Environment;
  /** For the provider's answer. @default 10_000 */
  readonly timeoutMs?: number;
}

/**
 * Sends each message once, as far as that can be known: a process that dies between the provider's answer and the row,
 * and an answer that does not come in time, leave it open, and then the message is sent again rather than never.
 */
export function whatsappHandlers(props: WhatsappProps): Handlers<'whatsapp'> {
  const { environment, timeoutMs = 10_000 } = props;
  const sent = new SentMessages(props);

  return {
    send: async (message, { log }) => {
      const provider = configured(environment);
      const { messageId, template } = message;
      const before = await sent.find(messageId);
      if (before) return { ...before, sentBefore: true };
      const providerMessageId = await send(provider, message, timeoutMs);
      if (providerMessageId === null) log.warn({ messageId }, 'the provider took a message and gave it no id');
      try {
        await sent.add({ messageId, provider: provider.name, providerMessageId, template });
      } catch (error) {
        // The job must not fail now: another run would send the message again.
        log.error({ messageId, reason: (error as Error).message }, 'a message was sent, and no row says so');
      }
      return { providerMessageId, sentBefore: false };
    },
  };
}

function configured(environment: Environment): Provider {
  try {
    return providerOf(environment);
  } catch (error) {
    throw new UnrecoverableError((error as Error).message);
  }
}
