import type { Group } from '../variable';
import { languageCode } from './formats';

export const whatsapp = {
  title: 'WhatsApp',
  variables: {
    WHATSAPP_PROVIDER: {
      description: 'Who delivers the messages',
      source: 'environment',
      type: 'choice',
      values: ['meta_cloud', 'aisensy'],
      feature: 'whatsapp',
      default: 'meta_cloud',
    },
    WHATSAPP_ACCESS_TOKEN: {
      description: 'Access token at the provider',
      source: 'secret',
      secret: true,
      type: 'text',
      feature: 'whatsapp',
      required: 'feature',
    },
    WHATSAPP_PHONE_NUMBER_ID: {
      description: 'Phone-number id of the sender; needed with meta_cloud',
      source: 'secret',
      type: 'text',
      feature: 'whatsapp',
    },
    WHATSAPP_BUSINESS_ACCOUNT_ID: {
      description: 'Id of the WhatsApp business account (WABA); needed with meta_cloud',
      source: 'secret',
      type: 'text',
      feature: 'whatsapp',
    },
    WHATSAPP_GRAPH_API_VERSION: {
      description: "Version of Meta's Graph API",
      source: 'environment',
      type: 'text',
      pattern: /^v\d+\.\d+$/,
      example: 'v17.0',
      feature: 'whatsapp',
      default: 'v17.0',
    },
    WHATSAPP_WEBHOOK_VERIFY_TOKEN: {
      description: 'What Meta sends to verify the webhook; needed with meta_cloud',
      source: 'secret',
      secret: true,
      ownKey: 'replaceable',
      type: 'text',
      feature: 'whatsapp',
    },
    WHATSAPP_APP_SECRET: {
      description: 'Secret of the Meta app; signs what Meta sends to the webhook; needed with meta_cloud',
      source: 'secret',
      secret: true,
      type: 'text',
      feature: 'whatsapp',
      rotationBreaks: 'Webhooks signed with the old secret; Meta sends them again for days',
    },
    WHATSAPP_API_BASE_URL: {
      description: "Where the provider's API is; where unset, its public address",
      source: 'environment',
      type: 'url',
      feature: 'whatsapp',
    },
    WHATSAPP_OTP_TEMPLATE_NAME: {
      description: 'Template of one-time passwords',
      source: 'environment',
      type: 'text',
      feature: 'whatsapp',
    },
    WHATSAPP_OTP_TEMPLATE_LANG: {
      description: 'Language of that template',
      source: 'environment',
      ...languageCode,
      feature: 'whatsapp',
    },
    WHATSAPP_CREDENTIALS_ENCRYPTION_KEY: {
      description: 'Encrypts the WhatsApp credentials stored in the database (AES-256)',
      source: 'secret',
      secret: true,
      ownKey: 'load-bearing',
      type: 'aes-256-key',
      feature: 'whatsapp',
      rotationBreaks: 'Stored WhatsApp credentials; re-encrypt them with the new key first, or enter them again',
    },
  },
} as const satisfies Group;
