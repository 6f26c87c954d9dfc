import type { Group } from '../variable';

export const redis = {
  title: 'Redis',
  variables: {
    REDIS_HOST: {
      description: 'Host of Redis',
      source: 'infrastructure',
      type: 'host',
      required: 'deployed',
      localDefault: 'localhost',
    },
    REDIS_PORT: {
      description: 'Port of Redis',
      source: 'infrastructure',
      type: 'integer',
      min: 1,
      max: 65_535,
      required: 'deployed',
      localDefault: '6379',
    },
    REDIS_TLS: {
      description: 'Whether Redis is spoken to over TLS',
      source: 'infrastructure',
      type: 'boolean',
      required: 'deployed',
      localDefault: 'false',
    },
    REDIS_PASSWORD: {
      description: 'Password of Redis (AUTH)',
      source: 'infrastructure',
      secret: true,
      type: 'text',
      required: 'deployed',
    },
    REDIS_DB: {
      description: 'Index of the logical database in Redis',
      source: 'environment',
      type: 'integer',
      min: 0,
      max: 9999,
      default: '0',
    },
  },
} as const satisfies Group;
