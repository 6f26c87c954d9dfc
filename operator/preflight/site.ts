import { resolveNs } from 'node:dns/promises';
import type { StackResourceSummary } from '@aws-sdk/client-cloudformation';
import type { EnvironmentConfig } from '../../lib/config/environment';
import { environments } from '../../lib/config/environments';
import { edgeRegion, stackName } from '../../lib/config/names';
import { type AwsTarget, clientConfiguration } from '../aws-account';
import { stackResources } from '../stack-resources';

const edgeStacks: readonly string[] = ['edge', 'cdn'];
const stacks = ['network', 'storage', 'data', 'secrets', 'edge', 'cdn', 'service', 'operations'] as const;
const recoveryStack = 'recovery';
export type StackId = (typeof stacks)[number] | typeof recoveryStack;

export interface SiteProps {
  readonly target: AwsTarget;
  /** @default - the environment's in lib/config/environments.ts */
  readonly config?: EnvironmentConfig;
  /** A tag or digest that is to be released. @default - it is built here, from app-image/ */
  readonly imageTag?: string;
  /** Names of checks that somebody else makes. @default - none */
  readonly leaveOut?: readonly string[];
  /** Looks up name servers of a domain. @default - this machine's resolver */
  readonly nameServers?: (domain: string) => Promise<readonly string[]>;
  /** @default - of this machine */
  readonly now?: () => Date;
}

interface Client {
  destroy(): void;
}

/** An environment in AWS, as the checks ask for it. What several of them want to know is asked once. */
export class Site {
  readonly target: AwsTarget;
  /** As it would be deployed. */
  readonly config: EnvironmentConfig;
  readonly imageTag: string | undefined;
  readonly leaveOut: readonly string[];
  readonly nameServers: (domain: string) => Promise<readonly string[]>;
  readonly now: () => Date;
  private readonly clients = new Map<string, Client>();
  private readonly resources = new Map<StackId, Promise<readonly StackResourceSummary[]>>();

  constructor(props: SiteProps) {
    const { target, imageTag, nameServers = resolveNs, now = () => new Date() } = props;
    const config: EnvironmentConfig = props.config ?? environments[target.environment];
    const { account = config.account, region = config.region } = target;
    this.target = { ...target, account, region };
    this.config = { ...config, account, region };
    this.imageTag = imageTag;
    this.leaveOut = props.leaveOut ?? [];
    this.nameServers = nameServers;
    this.now = now;
  }

  client<T extends Client>(
    Service: new (configuration: ReturnType<typeof clientConfiguration>) => T,
    region: string = this.config.region,
  ): T {
    const key = `${Service.name} ${region}`;
    const made = this.clients.get(key) ?? new Service(clientConfiguration({ ...this.target, region }));
    this.clients.set(key, made);
    return made as T;
  }

  stackName(stack: StackId): string {
    return stackName(this.config.name, stack);
  }

  get stacks(): readonly StackId[] {
    return this.config.recoveryRegion === undefined ? stacks : [...stacks, recoveryStack];
  }

  regionOf(stack: StackId): string {
    if (stack === recoveryStack) return this.config.recoveryRegion ?? this.config.region;
    return edgeStacks.includes(stack) ? edgeRegion : this.config.region;
  }

  /** Empty where the stack has not been deployed. */
  resourcesOf(stack: StackId): Promise<readonly StackResourceSummary[]> {
    const known = this.resources.get(stack);
    if (known !== undefined) return known;
    const asked = stackResources({ ...this.target, region: this.regionOf(stack) }, this.stackName(stack));
    this.resources.set(stack, asked);
    return asked;
  }

  close(): void {
    for (const client of this.clients.values()) client.destroy();
    this.clients.clear();
  }
}
