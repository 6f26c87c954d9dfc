import type { Group } from '../variable';

export const database = {
  title: 'Database (PostgreSQL)',
  variables: {
    DB_HOST: {
      description: 'Host of PostgreSQL',
      source: 'infrastructure',
      type: 'host',
      required: 'deployed',
      localDefault: 'localhost',
    },
    DB_PORT: {
      description: 'Port of PostgreSQL',
      source: 'infrastructure',
      type: 'integer',
      min: 1,
      max: 65_535,
      required: 'deployed',
      localDefault: '5432',
    },
    DB_NAME: {
      description: 'Name of the database',
      source: 'infrastructure',
      type: 'text',
      required: 'deployed',
      localDefault: 'mas',
    },
    DB_INSTANCE_IDENTIFIER: {
      description: 'The RDS instance whose own secret holds user and password',
      source: 'infrastructure',
      type: 'text',
      required: 'deployed',
    },
    DB_USERNAME: {
      description: 'User of PostgreSQL',
      source: 'local',
      type: 'text',
      localDefault: 'shubham',
      refused: { in: 'deployed', because: "RDS's own secret is read instead, and it rotates" },
    },
    DB_PASSWORD: {
      description: 'Password of PostgreSQL',
      source: 'local',
      secret: true,
      type: 'text',
      localDefault: 'shubham',
      refused: { in: 'deployed', because: "RDS's own secret is read instead, and it rotates" },
    },
    DB_CONNECTION_LIMIT: {
      description: 'Most connections that one process holds',
      source: 'infrastructure',
      type: 'integer',
      min: 1,
      max: 500,
      required: 'deployed',
      localDefault: '5',
    },
    DB_POOL_TIMEOUT: {
      description: 'Seconds to wait for a free connection before an error',
      source: 'environment',
      type: 'integer',
      min: 1,
      max: 300,
      default: '10',
    },
    DB_SYNCHRONIZE: {
      description: 'Changes tables to match the entities at start, instead of by migrations',
      source: 'environment',
      type: 'boolean',
      default: 'false',
      refused: {
        in: 'all but development',
        value: 'true',
        because: 'an edited entity would drop columns with their data; migrations change tables',
      },
    },
  },
} as const satisfies Group;
