import { ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { type AwsTarget, clientConfiguration } from './aws-account';
import type { Call } from './calls';
import { servicesOf } from './environment-services';

export interface Redeployment {
  readonly calls: readonly Call[];
  close(): void;
}

/**
 * Starts the tasks of web and worker anew, which read the secret then; web goes blue/green as in a release.
 * @throws where the environment has no services yet
 */
export async function redeployment(target: AwsTarget): Promise<Redeployment> {
  const { cluster, services } = await servicesOf(target);
  const client = new ECSClient(clientConfiguration(target));
  return {
    calls: services.map(({ service }) => {
      const input = { cluster, service, forceNewDeployment: true };
      return { action: 'ecs:UpdateService', shown: input, make: () => client.send(new UpdateServiceCommand(input)) };
    }),
    close: () => client.destroy(),
  };
}
