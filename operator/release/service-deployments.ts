import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  type ServiceDeployment,
  type ServiceRevisionSummary,
} from '@aws-sdk/client-ecs';
import type { ServiceRole } from '../environment-services';
import { type ImageReference, parseImageReference } from '../images/image-reference';

/** A revision of a service as a deployment has it. */
export interface RevisionState {
  /** `3127734213371337`, the end of its ARN. */
  readonly id: string;
  /** `main-1a2b3c4`, or a digest where the task definition names one. @default - ECS does not say */
  readonly image?: string;
  /** Where it is, in ECR. @default - ECS does not say, or it is elsewhere */
  readonly reference?: ImageReference;
  /** `sha256:…`, of what the tasks have pulled. */
  readonly digest?: string;
  readonly running: number;
  readonly requested: number;
  /** Percent; web has them. */
  readonly productionWeight?: number;
  readonly testWeight?: number;
}

/** A deployment of one service, as ECS tells it. */
export interface DeploymentState {
  readonly role: ServiceRole;
  readonly arn: string;
  readonly status: string;
  /** As ECS names it: `BAKE_TIME`. */
  readonly stage?: string;
  readonly createdAt?: Date;
  readonly finishedAt?: Date;
  /** Minutes. */
  readonly bakeTime?: number;
  readonly target?: RevisionState;
  readonly sources: readonly RevisionState[];
  /** Why it was or is taken back, or what ECS has to say. */
  readonly reason?: string;
}

/** How many deployments of a service are looked at for what runs and what ran before. */
export const lookedBack = 20;

export interface DeploymentsProps {
  readonly cluster: string;
  readonly service: string;
  readonly role: ServiceRole;
  /** At most, the newest first. */
  readonly count: number;
}

const underWay = new Set(['PENDING', 'IN_PROGRESS', 'STOP_REQUESTED', 'ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS']);
export const isUnderWay = ({ status }: Pick<DeploymentState, 'status'>): boolean => underWay.has(status);
/** It can still be taken back by a word. */
export const isStoppable = ({ status }: Pick<DeploymentState, 'status'>): boolean =>
  status === 'PENDING' || status === 'IN_PROGRESS';

/** ECS describes as many at once. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceDeployments.html */
const mostDescribed = 20;
/** And lists as many. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServiceDeployments.html */
const mostListed = 100;

/** ECS keeps the deployments of the last 90 days. */
export async function readDeployments(
  ecs: ECSClient,
  { cluster, service, role, count }: DeploymentsProps,
): Promise<DeploymentState[]> {
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    const maxResults = Math.min(count - arns.length, mostListed);
    const page = await ecs.send(new ListServiceDeploymentsCommand({ cluster, service, maxResults, nextToken }));
    arns.push(...(page.serviceDeployments ?? []).flatMap(({ serviceDeploymentArn: arn }) => arn ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined && arns.length < count);
  const found: ServiceDeployment[] = [];
  for (const serviceDeploymentArns of inChunks(arns.slice(0, count))) {
    const page = await ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns }));
    found.push(...(page.serviceDeployments ?? []));
  }
  const images = await readImages(ecs, found);
  const states = found.map((deployment) => stateOf(deployment, role, images));
  return states.sort((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0));
}

function* inChunks(arns: readonly string[]): Generator<string[]> {
  for (let from = 0; from < arns.length; from += mostDescribed) yield arns.slice(from, from + mostDescribed);
}

type RevisionImage = Pick<RevisionState, 'image' | 'reference' | 'digest'>;
type Images = ReadonlyMap<string, RevisionImage>;

async function readImages(ecs: ECSClient, deployments: readonly ServiceDeployment[]): Promise<Images> {
  const arns = deployments.flatMap(({ sourceServiceRevisions = [], targetServiceRevision: target }) =>
    [target, ...sourceServiceRevisions].flatMap((revision) => revision?.arn ?? []),
  );
  const images = new Map<string, RevisionImage>();
  for (const serviceRevisionArns of inChunks([...new Set(arns)])) {
    const { serviceRevisions = [] } = await ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns }));
    for (const { serviceRevisionArn: arn = '', containerImages: [first] = [] } of serviceRevisions)
      images.set(arn, { ...imageOf(first?.image), digest: first?.imageDigest });
  }
  return images;
}

function imageOf(text: string | undefined): Pick<RevisionState, 'image' | 'reference'> {
  const reference = text === undefined ? undefined : parseImageReference(text);
  return { image: reference?.tagOrDigest ?? text, reference };
}

function stateOf(deployment: ServiceDeployment, role: ServiceRole, images: Images): DeploymentState {
  const { sourceServiceRevisions = [], targetServiceRevision, rollback, statusReason } = deployment;
  const revision = (summary: ServiceRevisionSummary): RevisionState => ({
    id: summary.arn?.split('/').at(-1) ?? '',
    ...images.get(summary.arn ?? ''),
    ...{ running: summary.runningTaskCount ?? 0, requested: summary.requestedTaskCount ?? 0 },
    productionWeight: summary.requestedProductionTrafficWeight,
    testWeight: summary.requestedTestTrafficWeight,
  });
  return {
    role,
    arn: deployment.serviceDeploymentArn ?? '',
    status: deployment.status ?? 'PENDING',
    stage: deployment.lifecycleStage,
    createdAt: deployment.createdAt,
    finishedAt: deployment.finishedAt ?? deployment.stoppedAt,
    bakeTime: deployment.deploymentConfiguration?.bakeTimeInMinutes,
    target: targetServiceRevision && revision(targetServiceRevision),
    sources: sourceServiceRevisions.map(revision),
    reason: [rollback?.reason, statusReason].filter(Boolean).join(' ') || undefined,
  };
}
