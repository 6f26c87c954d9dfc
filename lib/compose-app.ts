import { App, type AppProps, Stage, Tags } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { CdnStack } from './cdn-stack';
import { environmentsFor, everyName, parseContext } from './config/context';
import type { EnvironmentConfig } from './config/environment';
import { application, edgeRegion, stackName } from './config/names';
import { timings as defaultTimings, type Timings } from './config/timings';
import { validateConfiguration } from './config/validate';
import { Monitoring } from './constructs/monitoring';
import { DataStack } from './data-stack';
import { DeliveryStack } from './delivery-stack';
import { EdgeOperationsStack } from './edge-operations-stack';
import { EdgeStack } from './edge-stack';
import { NetworkStack } from './network-stack';
import { OperationsStack } from './operations-stack';
import { excuseTags } from './policy/lint';
import { addPolicyPacks } from './policy/packs';
import { RecoveryStack } from './recovery-stack';
import { SecretsStack } from './secrets-stack';
import { ServiceStack } from './service-stack';
import { StorageStack } from './storage-stack';

export interface ComposeOptions {
  /** @default - what the CDK CLI passes */
  readonly app?: AppProps;
  /** @default - those of lib/config/environments.ts that the context chooses */
  readonly environments?: readonly EnvironmentConfig[];
  /** @default - lib/config/timings.ts */
  readonly timings?: Timings;
}

/**
 * The whole app: every environment as a stage of its own, and delivery once per account.
 *
 * @throws ConfigurationError before anything is made, with everything that is wrong.
 */
export function composeApp(options: ComposeOptions = {}): App {
  const app = new App({ analyticsReporting: false, ...options.app });
  const context = parseContext(app.node.getAllContext());
  const environments = options.environments ?? environmentsFor(context);
  validateConfiguration(environments, options.timings ?? defaultTimings);

  for (const env of environments) composeEnvironment(app, env);
  // Of all environments, chosen or not: a delivery stack of some would take the others' roles away.
  composeDelivery(app, environments, options.environments ?? environmentsFor({ ...context, environments: everyName }));
  if (context.policyChecks) addPolicyPacks(app);
  return app;
}

function composeEnvironment(app: App, config: EnvironmentConfig): void {
  const stage = new Stage(app, config.name, { env: { account: config.account, region: config.region } });
  const props = (stack: string, stateful = false) => ({
    config,
    stackName: stackName(config.name, stack),
    terminationProtection: stateful && config.removal === 'retain',
  });

  const monitoring = new Monitoring();
  const edgeMonitoring = new Monitoring();
  const networkStack = new NetworkStack(stage, 'network', { ...props('network'), monitoring });
  const { network } = networkStack;
  const storageStack = new StorageStack(stage, 'storage', { ...props('storage', true), monitoring });
  const dataStack = new DataStack(stage, 'data', { ...props('data', true), network, monitoring });
  const secretsStack = new SecretsStack(stage, 'secrets', props('secrets', true));
  const { storage } = storageStack;
  const { database, cache } = dataStack;
  const { secret } = secretsStack;

  const edge = { env: { account: config.account, region: edgeRegion }, monitoring: edgeMonitoring };
  const edgeStack = new EdgeStack(stage, 'edge', { ...props('edge'), ...edge });
  const cdn = new CdnStack(stage, 'cdn', {
    ...props('cdn'),
    ...edge,
    webAcl: edgeStack.webAcl,
    domainNames: edgeStack.domainNames,
  });
  const edgeOperations = new EdgeOperationsStack(stage, 'edge-operations', { ...props('edge-operations'), ...edge });
  const service = new ServiceStack(stage, 'service', {
    ...props('service'),
    network,
    storage,
    database,
    cache,
    secret,
    monitoring,
  });
  const operations = new OperationsStack(stage, 'operations', {
    ...props('operations'),
    monitoring,
    edgeMonitoring,
    database,
    storage,
  });
  // Slack subscribes to the topics of both regions.
  operations.addStackDependency(edgeOperations);
  // Names of what they watch are published, not exported.
  for (const watched of [networkStack, service]) operations.addStackDependency(watched);
  for (const watched of [edgeStack, cdn]) edgeOperations.addStackDependency(watched);

  if (config.recoveryRegion !== undefined) {
    const recovery = new RecoveryStack(stage, 'recovery', {
      ...props('recovery', true),
      env: { account: config.account, region: config.recoveryRegion },
    });
    // They copy to it from their first day.
    for (const copying of [storageStack, secretsStack, operations]) copying.addStackDependency(recovery);
  }

  // Stateful things are known by name, not by export, so CloudFormation does not see the order by itself.
  for (const stateless of [cdn, service, operations])
    for (const stateful of [storageStack, dataStack, secretsStack]) stateless.addStackDependency(stateful);

  tag(stage, { Environment: config.name });
}

/** On a stage or a stack, because an aspect of the app does not reach into its stages. */
function tag(scope: IConstruct, tags: Readonly<Record<string, string>> = {}): void {
  for (const [key, value] of Object.entries({ Project: application, ManagedBy: 'mr-mentor-infra', ...tags }))
    Tags.of(scope).add(key, value);
  excuseTags(scope);
}

function composeDelivery(
  app: App,
  chosen: readonly EnvironmentConfig[],
  environments: readonly EnvironmentConfig[],
): void {
  const accounts = [...new Set(environments.map(({ account }) => account))];
  const production = environments.find(({ name }) => name === 'production')?.account;
  for (const account of accounts.filter((id) => chosen.some((env) => env.account === id))) {
    const here = environments.filter((env) => env.account === account);
    const [first] = here;
    const delivery = new DeliveryStack(app, accounts.length === 1 ? 'delivery' : `delivery-${account}`, {
      stackName: `${application}-delivery`,
      terminationProtection: true,
      env: { account, region: first?.region },
      environments: here.map(({ name }) => name),
      regions: [
        ...new Set(here.flatMap(({ region, recoveryRegion = region }) => [region, recoveryRegion])),
        edgeRegion,
      ],
      replicateTo: production !== undefined && account !== production ? production : undefined,
      replicateFrom: account === production ? accounts.find((other) => other !== production) : undefined,
    });
    tag(delivery);
  }
}
