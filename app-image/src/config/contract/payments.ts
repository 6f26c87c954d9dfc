import type { Group } from '../variable';

export const payments = {
  title: 'Payments and tokens (Razorpay)',
  variables: {
    RAZORPAY_KEY_ID: {
      description: 'Key id at Razorpay',
      source: 'secret',
      type: 'text',
      feature: 'razorpay',
      required: 'feature',
    },
    RAZORPAY_KEY_SECRET: {
      description: 'Key secret at Razorpay',
      source: 'secret',
      secret: true,
      type: 'text',
      feature: 'razorpay',
      required: 'feature',
    },
    TOKEN_VALUE: {
      description: 'What one token is worth, in rupees',
      source: 'environment',
      type: 'number',
      min: 1,
      max: 100_000,
      default: '350',
    },
    STARTER_BUNDLE_MOCK: {
      description: 'Tokens for mock interviews in the starter bundle',
      source: 'environment',
      type: 'integer',
      min: 0,
      max: 1000,
      killSwitch: 'ENABLE_STARTER_BUNDLE',
    },
    STARTER_BUNDLE_RESUME: {
      description: 'Tokens for resume reviews in the starter bundle',
      source: 'environment',
      type: 'integer',
      min: 0,
      max: 1000,
      killSwitch: 'ENABLE_STARTER_BUNDLE',
    },
  },
} as const satisfies Group;
