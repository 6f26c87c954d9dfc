import type { EnvironmentName } from '../../lib/config/environment';
import { bindingsOf, type Endpoints } from './bindings';
import { readBuckets } from './buckets';
import { readEnvironment, type Stack } from './cloud-assembly';
import type { Deployment } from './deployment';
import { imageBehind } from './images';
import { readLoadBalancer } from './load-balancer';
import { resolverOf } from './resolver';
import { resourcesOf } from './resources';
import { readServices } from './services';
import { readCache, readDatabase, readSecrets } from './stores';

export interface ReadDeploymentProps {
  /** The directory that `npm run synth` wrote. */
  readonly assembly: string;
  readonly environment: EnvironmentName;
  readonly endpoints: Endpoints;
}

export const readDeployment = ({ assembly, environment, endpoints }: ReadDeploymentProps): Deployment =>
  describeDeployment(environment, readEnvironment(assembly, environment), endpoints);

/** The same of stacks that are read already. */
export function describeDeployment(
  environment: EnvironmentName,
  stacks: readonly Stack[],
  endpoints: Endpoints,
): Deployment {
  const resources = resourcesOf(stacks, resolverOf(stacks, bindingsOf(endpoints)));
  const { imageName, ...services } = readServices(resources);
  const { account, region } = resources.only('AWS::ElasticLoadBalancingV2::LoadBalancer').stack;
  const deployment: Deployment = {
    environment,
    account,
    region,
    image: imageBehind(stacks, imageName),
    ...services,
    loadBalancer: readLoadBalancer(resources),
    database: readDatabase(resources),
    cache: readCache(resources),
    buckets: readBuckets(resources),
    secrets: readSecrets(resources),
  };
  refuseNonsense(environment, deployment);
  return deployment;
}

/** Numbers are often text in a template, and some are attributes, whose values no schema checks. */
function refuseNonsense(path: string, value: unknown): void {
  if (Number.isNaN(value))
    throw new Error(`${path} is no number in the template of its resource, and has to be one; state it.`);
  if (typeof value === 'object' && value !== null)
    for (const [name, each] of Object.entries(value)) refuseNonsense(`${path}.${name}`, each);
}
