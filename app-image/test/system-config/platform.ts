import type { Router } from 'express';
import { adminSystemConfigRoutes } from '../../src/system-config/admin-routes';
import { Encryption } from '../../src/system-config/encryption';
import { MrHire } from '../../src/system-config/mr-hire';
import { systemConfigRoutes } from '../../src/system-config/routes';
import { SystemConfig } from '../../src/system-config/system-config';
import { type Parts, type Stack, startStack } from '../identity/stack';
import { freshDatabase, freshRedis } from '../stores';

/** A service that has the routes of the configuration, with the store behind them and an administrator's token. */
export async function startPlatform(variables: Readonly<Record<string, string>> = {}) {
  const [postgres, redis] = await Promise.all([freshDatabase(), freshRedis()]);
  const parts: { config?: SystemConfig } = {};

  function addRoutes(router: Router, { environment, database, identity, log }: Parts): void {
    const config = new SystemConfig(database, new Encryption(environment.PLATFORM_ENCRYPTION_KEY));
    parts.config = config;
    const mrHire = new MrHire({ environment, log });
    router.use('/system-config', systemConfigRoutes({ config }));
    router.use('/admin/system-config', adminSystemConfigRoutes({ config, guards: identity.guards, mrHire, log }));
  }

  const stack: Stack = await startStack({ ...postgres.environment, ...redis.environment, ...variables }, addRoutes);
  const { token } = await stack.addUser('ADMIN');
  if (parts.config === undefined) throw new Error('The routes were not added.');
  return {
    stack,
    config: parts.config,
    token,
    admin: (path: string, method: string, body?: unknown) =>
      stack.call(`/admin/system-config${path}`, { method, token, body }),
    async close() {
      await stack.close();
      await Promise.all([postgres.close(), redis.close()]);
    },
  };
}

export type Platform = Awaited<ReturnType<typeof startPlatform>>;

export interface View {
  readonly id: string;
  readonly key: string;
  readonly value: string | null;
  readonly isEncrypted: boolean;
}

/** Creates a row through the API. */
export async function created({ admin }: Platform, body: Readonly<Record<string, unknown>>): Promise<View> {
  const answer = await admin('', 'POST', body);
  if (answer.status !== 201) throw new Error(`The row was not created: ${JSON.stringify(answer.body)}`);
  return answer.body.data as View;
}
