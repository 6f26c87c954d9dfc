import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import type { EnvironmentName } from '../../../lib/config/environment';
import { cdkDeployText } from '../../../operator/release/cdk-deploy';
import type { Deployed, ReleaseOptions } from '../../../operator/release/session';
import { verbs } from '../../../operator/release/verbs';
import { type FakeDeployment, FakeEcs } from './fake-ecs';

export const minutesAgo = (minutes: number) => Math.floor(Date.now() / 1000) - minutes * 60;
export const revisionArn = (id: number, service = 'web') =>
  `arn:aws:ecs:ap-south-1:123456789012:service-revision/cluster/${service}/${id}`;
export const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
export const repository = '123456789012.dkr.ecr.ap-south-1.amazonaws.com/mr-mentor-backend';

const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'test' };
const noOptions: ReleaseOptions = {
  ...{ count: 10, every: 0, migrationsAllow: false, acceptFindings: false, github: false },
  ...{ dryRun: false, yes: true, json: false },
};

/** One environment's ECS, and the verbs that are run on it. */
export class ReleaseSite {
  /** Command lines of the CDK CLI that were run. */
  readonly commands: string[] = [];
  /** That CloudFormation is at. */
  stacks: readonly string[] = [];
  /** What the CDK CLI ends with. */
  cdkCode = 0;
  /** Of another environment that a verb opens. */
  source: ReleaseSite | undefined;
  private readonly clients: { destroy(): void }[] = [];

  private constructor(
    readonly ecs: FakeEcs,
    readonly environment: EnvironmentName,
  ) {}

  static async start(environment: EnvironmentName): Promise<ReleaseSite> {
    return new ReleaseSite(await FakeEcs.start(), environment);
  }

  reset(): void {
    this.ecs.reset();
    this.commands.length = 0;
    this.cdkCode = 0;
    this.stacks = [];
  }

  stop(): void {
    for (const client of this.clients) client.destroy();
    this.ecs.stop();
  }

  /** @param ecrUrl @default - nobody's */
  run(verb: string, options: Partial<ReleaseOptions> = {}, ecrUrl = 'http://127.0.0.1:9') {
    const ecr = new ECRClient({ region: 'ap-south-1', endpoint: ecrUrl, credentials });
    this.clients.push(ecr);
    return verbs[verb]?.({
      ...{ ...this.open(), ecr, account: '123456789012', target: { environment: this.environment } },
      options: { ...noOptions, ...options },
      open: async () => {
        if (this.source === undefined) throw new Error('no other environment');
        return this.source.open();
      },
      stacksInProgress: async () => this.stacks,
      deploy: async (command) => {
        this.commands.push(cdkDeployText(command));
        return this.cdkCode;
      },
    });
  }

  /** A deployment of the image `main-ID` that has succeeded. */
  deployed(id: number, more: Partial<FakeDeployment> = {}): FakeDeployment {
    const { serviceArn = 'web' } = more;
    const deployment: FakeDeployment = {
      serviceDeploymentArn: `arn:aws:ecs:ap-south-1:123456789012:service-deployment/cluster/${serviceArn}/${id}`,
      ...{ serviceArn, createdAt: minutesAgo(100 - id), finishedAt: minutesAgo(99 - id), status: 'SUCCESSFUL' },
      targetServiceRevision: {
        ...{ arn: revisionArn(id), requestedTaskCount: 3, runningTaskCount: 3, pendingTaskCount: 0 },
        ...{ requestedProductionTrafficWeight: 100, requestedTestTrafficWeight: 100 },
      },
      ...more,
    };
    this.ecs.deployments.push(deployment);
    this.ecs.images[revisionArn(id)] ??= {
      ...{ image: `${repository}:main-${id}`, imageDigest: digest('abcdef'[id % 6] ?? '') },
    };
    return deployment;
  }

  /** In its bake: blue is there still. */
  baking(id: number): FakeDeployment {
    return this.deployed(id, {
      ...{ status: 'IN_PROGRESS', lifecycleStage: 'BAKE_TIME', createdAt: minutesAgo(12), finishedAt: undefined },
      deploymentConfiguration: { bakeTimeInMinutes: 30 },
      sourceServiceRevisions: [
        {
          ...{ arn: revisionArn(id - 1), requestedTaskCount: 3, runningTaskCount: 3 },
          ...{ requestedProductionTrafficWeight: 0, requestedTestTrafficWeight: 0 },
        },
      ],
    });
  }

  private open(): Deployed {
    const ecs = new ECSClient({ region: 'ap-south-1', endpoint: this.ecs.url, credentials });
    this.clients.push(ecs);
    const services = [
      { role: 'web', service: 'web' },
      { role: 'worker', service: 'worker' },
    ] as const;
    return { ecs, services: { cluster: 'cluster', services } };
  }
}
