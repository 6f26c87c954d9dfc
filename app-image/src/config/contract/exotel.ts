import type { Group } from '../variable';

export const exotel = {
  title: 'Exotel (calls and SMS from the CRM)',
  variables: {
    EXOTEL_SID: {
      description: 'Account SID at Exotel',
      source: 'secret',
      type: 'text',
      feature: 'exotel',
      required: 'feature',
    },
    EXOTEL_API_KEY: {
      description: 'API key at Exotel',
      source: 'secret',
      secret: true,
      type: 'text',
      feature: 'exotel',
      required: 'feature',
    },
    EXOTEL_API_TOKEN: {
      description: 'Token of that API key',
      source: 'secret',
      secret: true,
      type: 'text',
      feature: 'exotel',
      required: 'feature',
    },
    EXOTEL_CALLER_ID: {
      description: 'The virtual number (ExoPhone) that calls come from',
      source: 'secret',
      type: 'text',
      feature: 'exotel',
      required: 'feature',
    },
    EXOTEL_SUBDOMAIN: {
      description: "API of the account's cluster, Singapore or Mumbai (api.in); the other one answers 401",
      source: 'environment',
      type: 'choice',
      values: ['api.exotel.com', 'api.in.exotel.com'],
      feature: 'exotel',
      default: 'api.exotel.com',
    },
    EXOTEL_SMS_SENDER_ID: {
      description: 'DLT sender id of SMS; where unset, the ExoPhone is',
      source: 'environment',
      type: 'text',
      feature: 'exotel',
    },
    EXOTEL_WEBHOOK_TOKEN: {
      description: 'What status callbacks at /api/exotel/* must carry',
      source: 'secret',
      secret: true,
      ownKey: 'replaceable',
      type: 'text',
      feature: 'exotel',
      required: 'feature',
      rotationBreaks: 'Status callbacks of calls placed before',
    },
  },
} as const satisfies Group;
