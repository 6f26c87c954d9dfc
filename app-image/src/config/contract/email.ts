import type { Group } from '../variable';

export const email = {
  title: 'E-mail',
  variables: {
    EMAIL_HOST: {
      description: 'SMTP server',
      source: 'environment',
      type: 'host',
      feature: 'email',
      default: 'smtp.gmail.com',
    },
    EMAIL_PORT: {
      description: 'Port of the SMTP server; 465 speaks TLS from the first byte',
      source: 'environment',
      type: 'integer',
      min: 1,
      max: 65_535,
      feature: 'email',
      default: '465',
    },
    EMAIL_USER: {
      description: 'User at the SMTP server',
      source: 'secret',
      type: 'text',
      feature: 'email',
      required: 'feature',
    },
    EMAIL_PASS: {
      description: 'App password of that user; Gmail answers 535 BadCredentials when it is stale',
      source: 'secret',
      secret: true,
      type: 'text',
      feature: 'email',
      required: 'feature',
    },
    EMAIL_FROM: {
      description: 'Sender of outgoing mail; where unset, EMAIL_USER is',
      source: 'environment',
      type: 'email',
      feature: 'email',
      localDefault: 'noreply@yourapp.com',
    },
    EMAIL_TIMEOUT_MS: {
      description: 'Milliseconds that sending one mail may take',
      source: 'environment',
      type: 'integer',
      min: 100,
      max: 120_000,
      feature: 'email',
      default: '8000',
    },
    MENTOR_ONBOARDING_CC_EMAIL: {
      description: 'Gets a copy of mails that welcome mentors',
      source: 'environment',
      type: 'email',
      feature: 'email',
      default: 'info@myanalyticsschool.com',
    },
    STUDENT_ONBOARDING_CC_EMAIL: {
      description: 'Gets a copy of mails that welcome students',
      source: 'environment',
      type: 'email',
      feature: 'email',
      default: 'info@myanalyticsschool.com',
    },
  },
} as const satisfies Group;
