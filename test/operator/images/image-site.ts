import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import type { EnvironmentName } from '../../../lib/config/environment';
import { stackName } from '../../../lib/config/names';
import { type Moto, startMoto } from '../../../local/moto';
import type { ImageOptions, ImageSession } from '../../../operator/images/session';
import { AwsFront } from '../aws-front';
import { putImage, type TestImage } from './ecr-images';

export const account = '123456789012';
export const region = 'ap-south-1';
export const repositoryUri = `${account}.dkr.ecr.${region}.amazonaws.com/mr-mentor-backend`;
const dayMs = 24 * 3600_000;

export interface TestDeployment {
  readonly environment: EnvironmentName;
  readonly role?: 'web' | 'worker';
  readonly digest?: string;
  /** @default - that of a tag nobody knows */
  readonly image?: string;
  /** @default SUCCESSFUL */
  readonly status?: string;
  /** The digest that it takes over from. */
  readonly source?: string;
}

const noOptions: ImageOptions = { count: 20, keep: 1, olderThan: 90, dryRun: false, yes: true, json: false };

/** A registry with its images, and environments in the same account that run some of them. */
export class ImageSite {
  /** In days, by digest: how long ago it was pushed. */
  readonly ages = new Map<string, number>();
  /** In the order in which they began. */
  readonly deployments: TestDeployment[] = [];
  private readonly environments = new Map<EnvironmentName, string[]>();
  private readonly clients: { destroy(): void }[] = [];

  private constructor(
    readonly aws: Moto,
    readonly front: AwsFront,
  ) {}

  static async start(): Promise<ImageSite> {
    const aws = await startMoto();
    const front = await AwsFront.start(aws.url);
    Object.assign(process.env, {
      ...{ AWS_ENDPOINT_URL: front.url, AWS_ACCESS_KEY_ID: 'AKIATEST', AWS_SECRET_ACCESS_KEY: 'test' },
      // Failures are for the command to bear, not for the SDK to wait out.
      AWS_MAX_ATTEMPTS: '1',
    });
    return new ImageSite(aws, front);
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.destroy();
    this.front.stop();
    await this.aws.stop();
  }

  async reset(): Promise<void> {
    this.ages.clear();
    this.deployments.length = 0;
    this.environments.clear();
    await fetch(`${this.aws.url}/moto-api/reset`, { method: 'POST' });
    this.forgive();
  }

  /** No call fails any more. */
  forgive(): void {
    this.front.reset();
    this.front.rewrites.set('DescribeImages', (answer) => this.withAges(answer));
    this.front.rewrites.set('ListStackResources', (answer) => this.withSchedules(answer));
    this.answerForEcs();
  }

  /** Past the front, which sees the command's calls only. */
  direct<T extends { destroy(): void }>(Service: new (configuration: { region: string; endpoint: string }) => T): T {
    const client = new Service({ region, endpoint: this.aws.url });
    this.clients.push(client);
    return client;
  }

  session(options: Partial<ImageOptions> = {}): ImageSession {
    const ecr = new ECRClient({ region });
    this.clients.push(ecr);
    return { registry: { account, region }, ecr, options: { ...noOptions, ...options } };
  }

  /** @param days ago */
  async push(image: TestImage, days = 0): Promise<string> {
    const { digest } = await putImage(this.front, this.direct(ECRClient), image);
    this.ages.set(digest, days);
    return digest;
  }

  /** The service stack of an environment, whose task definitions name an image. */
  async deploy(environment: EnvironmentName, image: string): Promise<void> {
    const service = (role: string) => ({
      Type: 'AWS::ECS::Service',
      Properties: {
        ...{ Cluster: { Ref: 'Cluster1' }, ServiceName: `${environment}-${role}` },
        ...{ TaskDefinition: { Ref: 'Task1' }, DesiredCount: 1 },
      },
    });
    const TemplateBody = JSON.stringify({
      Resources: {
        Cluster1: { Type: 'AWS::ECS::Cluster', Properties: { ClusterName: environment } },
        Task1: {
          Type: 'AWS::ECS::TaskDefinition',
          Properties: { Family: environment, ContainerDefinitions: [{ Name: 'app', Image: image, Memory: 64 }] },
        },
        WebService1: service('web'),
        WorkerService1: service('worker'),
      },
    });
    this.environments.set(environment, []);
    const StackName = stackName(environment, 'service');
    await this.direct(CloudFormationClient).send(new CreateStackCommand({ StackName, TemplateBody }));
  }

  /** A job of an environment, by the clock. */
  async schedule(environment: EnvironmentName, image: string): Promise<void> {
    const Name = `${environment}-backup`;
    const { taskDefinition } = await this.direct(ECSClient).send(
      new RegisterTaskDefinitionCommand({
        ...{ family: `${environment}-job`, containerDefinitions: [{ name: 'app', image, memory: 64 }] },
      }),
    );
    const TaskDefinitionArn = taskDefinition?.taskDefinitionArn ?? '';
    await this.direct(SchedulerClient).send(
      new CreateScheduleCommand({
        ...{ Name, ScheduleExpression: 'rate(1 day)', FlexibleTimeWindow: { Mode: 'OFF' } },
        Target: {
          Arn: `arn:aws:ecs:${region}:${account}:cluster/${environment}`,
          RoleArn: `arn:aws:iam::${account}:role/scheduler`,
          EcsParameters: { TaskDefinitionArn },
        },
      }),
    );
    this.environments.get(environment)?.push(Name);
  }

  /** All digests that are there now. */
  async stored(): Promise<string[]> {
    const url = `${this.aws.url}/`;
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.DescribeImages',
        authorization: `AWS4-HMAC-SHA256 Credential=AKIATEST/20260101/${region}/ecr/aws4_request`,
      },
      body: JSON.stringify({ repositoryName: 'mr-mentor-backend' }),
    });
    const { imageDetails = [] } = (await answer.json()) as { imageDetails?: readonly { imageDigest: string }[] };
    return imageDetails.map(({ imageDigest }) => imageDigest);
  }

  private withAges(answer: string): string {
    const { imageDetails, ...rest } = JSON.parse(answer);
    if (imageDetails === undefined) return answer;
    const details = imageDetails.map((detail: { imageDigest: string }) => ({
      ...detail,
      imagePushedAt: (Date.now() - (this.ages.get(detail.imageDigest) ?? 0) * dayMs) / 1000,
    }));
    return JSON.stringify({ imageDetails: details, ...rest });
  }

  /** CloudFormation of the emulator has no model for them. */
  private withSchedules(answer: string): string {
    const [environment] = [...this.environments.keys()].filter(
      (name) => answer.includes(`>${name}-web<`) || answer.includes(`/${name}-web<`),
    );
    const schedules = environment === undefined ? [] : (this.environments.get(environment) ?? []);
    const members = schedules.map(
      (name) =>
        `<member><ResourceType>AWS::Scheduler::Schedule</ResourceType><LogicalResourceId>Backup1</LogicalResourceId><PhysicalResourceId>${name}</PhysicalResourceId><ResourceStatus>CREATE_COMPLETE</ResourceStatus></member>`,
    );
    return answer.replace('</StackResourceSummaries>', `${members.join('')}</StackResourceSummaries>`);
  }

  /** The calls about service deployments, which the emulator does not have. */
  private answerForEcs(): void {
    const { answers } = this.front;
    const arn = (kind: string, index: number | string) => `arn:aws:ecs:${region}:${account}:${kind}/${index}`;
    const indexOf = (text: unknown) => Number(String(text).split('/').at(-1));
    const begun = (index: number) => Math.floor(Date.now() / 1000) - (this.deployments.length - index) * 3600;
    answers.set('ListServiceDeployments', ({ service, maxResults, nextToken }) => {
      const its = this.deployments.flatMap(({ environment, role = 'web' }, index) =>
        String(service).endsWith(`/${environment}-${role}`) ? [index] : [],
      );
      const [from, size] = [Number(nextToken ?? 0), Number(maxResults)];
      const page = its.reverse().slice(from, from + size);
      return {
        serviceDeployments: page.map((index) => ({ serviceDeploymentArn: arn('service-deployment', index) })),
        ...(from + size < its.length && { nextToken: String(from + size) }),
      };
    });
    answers.set('DescribeServiceDeployments', ({ serviceDeploymentArns: arns }) => ({
      serviceDeployments: (arns as string[]).map((serviceDeploymentArn) => {
        const index = indexOf(serviceDeploymentArn);
        const { status = 'SUCCESSFUL', source } = this.deployments[index] ?? {};
        return {
          ...{ serviceDeploymentArn, status, createdAt: begun(index), finishedAt: begun(index) + 60 },
          targetServiceRevision: { arn: arn('service-revision', index) },
          sourceServiceRevisions: source === undefined ? [] : [{ arn: arn('service-revision', `${source}/source`) }],
        };
      }),
    }));
    answers.set('DescribeServiceRevisions', ({ serviceRevisionArns: arns }) => ({
      serviceRevisions: (arns as string[]).map((serviceRevisionArn) => {
        const [, source] = /(sha256:[0-9a-f]+)\/source$/.exec(serviceRevisionArn) ?? [];
        const { digest = source, image } = this.deployments[indexOf(serviceRevisionArn)] ?? {};
        const named = image ?? `${repositoryUri}${digest === undefined ? ':unknown' : `@${digest}`}`;
        return { serviceRevisionArn, containerImages: [{ containerName: 'app', image: named, imageDigest: digest }] };
      }),
    }));
  }
}
