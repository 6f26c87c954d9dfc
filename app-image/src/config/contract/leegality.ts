import type { Group } from '../variable';

export const leegality = {
  title: 'Leegality (e-signing of PAP agreements)',
  variables: {
    LEEGALITY_SANDBOX_BASE_URL: {
      description: "Leegality's sandbox",
      source: 'environment',
      type: 'url',
      feature: 'leegality',
      required: 'feature',
      row: 'mas101_leegality_sandbox_base_url',
      rowEncrypted: true,
    },
    LEEGALITY_SANDBOX_AUTH_TOKEN: {
      description: 'Auth token of the sandbox',
      source: 'secret',
      secret: true,
      type: 'text',
      feature: 'leegality',
      required: 'feature',
      row: 'mas101_leegality_sandbox_auth_token',
      rowEncrypted: true,
    },
    MAS101_LEEGALITY_SANDBOX_CREATE_REQUEST_TEMPLATE: {
      description: 'What a request to sign is made from, as JSON',
      source: 'environment',
      type: 'json',
      feature: 'leegality',
      required: 'feature',
      row: 'mas101_leegality_sandbox_create_request_template',
      rowEncrypted: true,
    },
    MAS101_PAP_TEMPLATE_PATH: {
      description: 'File that the MAS101 PAP agreement is made from',
      source: 'environment',
      type: 'text',
      feature: 'leegality',
    },
    MAS101_PAP_DEMO_AUTOVERIFY: {
      description: 'Takes every PAP signature as verified, for demonstrations',
      source: 'environment',
      type: 'boolean',
      feature: 'leegality',
      default: 'false',
      refused: { in: 'production', value: 'true', because: 'agreements would count as signed that nobody signed' },
    },
  },
} as const satisfies Group;
