import type { Group } from '../variable';

export const switches = {
  title: 'Feature switches',
  variables: {
    ENABLE_TOKEN_REQUEST_FLOW: {
      description: 'Students may request tokens',
      source: 'environment',
      type: 'switch',
    },
    ENABLE_RESUME_REVIEW_SPEND: {
      description: 'Resume reviews cost tokens',
      source: 'environment',
      type: 'switch',
    },
    ENABLE_STARTER_BUNDLE: {
      description: 'New students get a starter bundle of tokens; reserved',
      source: 'environment',
      type: 'switch',
    },
    ENABLE_GRANT_AUDIT: {
      description: 'Granted tokens are audited; reserved',
      source: 'environment',
      type: 'switch',
    },
    ENABLE_APPLICATION_MEETINGS: {
      description: 'Applicants may book meetings',
      source: 'environment',
      type: 'switch',
    },
  },
} as const satisfies Group;
