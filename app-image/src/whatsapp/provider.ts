import type { Environment } from '../config/contract';
import type { WhatsappTemplate } from '../queues/payloads/whatsapp';

/** How a message is put to a provider, and what its answer means. */
export interface Provider {
  readonly name: Environment['WHATSAPP_PROVIDER'];
  request(message: WhatsappTemplate): {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
  };
  /** The id under which its webhooks tell of the message. */
  messageId(answer: unknown): unknown;
  /** The provider's own number of what went wrong. */
  errorCode(answer: unknown): unknown;
}

type ProviderEnvironment = Pick<
  Environment,
  | 'WHATSAPP_PROVIDER'
  | 'WHATSAPP_ACCESS_TOKEN'
  | 'WHATSAPP_PHONE_NUMBER_ID'
  | 'WHATSAPP_GRAPH_API_VERSION'
  | 'WHATSAPP_API_BASE_URL'
>;

/** @throws Error that names the variables that are missing */
export function providerOf(environment: ProviderEnvironment): Provider {
  const { WHATSAPP_PROVIDER: name, WHATSAPP_ACCESS_TOKEN: token, WHATSAPP_PHONE_NUMBER_ID: sender } = environment;
  if (token === undefined) throw new Error('WhatsApp is not configured: set WHATSAPP_ACCESS_TOKEN');
  if (name === 'aisensy') return aisensy(baseOf(environment, 'https://backend.aisensy.com'), token);
  if (sender === undefined)
    throw new Error('WhatsApp is not configured: set WHATSAPP_PHONE_NUMBER_ID, which meta_cloud needs');
  const base = baseOf(environment, 'https://graph.facebook.com');
  return metaCloud(`${base}/${environment.WHATSAPP_GRAPH_API_VERSION}/${encodeURIComponent(sender)}/messages`, token);
}

const baseOf = ({ WHATSAPP_API_BASE_URL: stated }: ProviderEnvironment, usual: string) =>
  (stated ?? usual).replace(/\/+$/, '');

/** https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-message-templates */
const metaCloud = (url: string, token: string): Provider => ({
  name: 'meta_cloud',
  request: ({ to, template, language, parameters }) => ({
    url,
    headers: { authorization: `Bearer ${token}` },
    body: {
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      to,
      type: 'template',
      template: {
        name: template,
        language: { code: language },
        ...(parameters.length > 0 && {
          components: [{ type: 'body', parameters: parameters.map((text) => ({ type: 'text', text })) }],
        }),
      },
    },
  }),
  messageId: (answer) => (answer as { messages?: { id?: unknown }[] } | null)?.messages?.[0]?.id,
  errorCode: (answer) => (answer as { error?: { code?: unknown } } | null)?.error?.code,
});

/** Its token goes into the body, a language into the campaign. */
const aisensy = (base: string, token: string): Provider => ({
  name: 'aisensy',
  request: ({ to, template, parameters }) => ({
    url: `${base}/campaign/t1/api/v2`,
    headers: {},
    body: { apiKey: token, campaignName: template, destination: to, userName: to, templateParams: parameters },
  }),
  messageId: (answer) => (answer as { submitted_message_id?: unknown } | null)?.submitted_message_id,
  errorCode: () => undefined,
});
