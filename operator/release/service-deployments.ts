import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  type ServiceDeployment,
  type ServiceRevisionSummary,
  StopServiceDeploymentCommand,
} from '@aws-sdk/client-ecs';
import type { Call } from '../calls';
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

/** ECS keeps the deployments of the last 90 days. */
export async function readDeployments(
  ecs: ECSClient,
  { cluster, service, role, count }: DeploymentsProps,
): Promise<DeploymentState[]> {
  const maxResults = Math.min(count, mostDescribed);
  const listed = await ecs.send(new ListServiceDeploymentsCommand({ cluster, service, maxResults }));
  const arns = (listed.serviceDeployments ?? [])
    .flatMap(({ serviceDeploymentArn: arn }) => arn ?? [])
    .slice(0, maxResults);
  if (arns.length === 0) return [];
  const { serviceDeployments = [] } = await ecs.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: arns }),
  );
  const images = await readImages(ecs, serviceDeployments);
  const states = serviceDeployments.map((deployment) => stateOf(deployment, role, images));
  return states.sort((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0));
}

type RevisionImage = Pick<RevisionState, 'image' | 'reference' | 'digest'>;
type Images = ReadonlyMap<string, RevisionImage>;

async function readImages(ecs: ECSClient, deployments: readonly ServiceDeployment[]): Promise<Images> {
  const arns = deployments.flatMap(({ sourceServiceRevisions = [], targetServiceRevision: target }) =>
    [target, ...sourceServiceRevisions].flatMap((revision) => revision?.arn ?? []),
  );
  const images = new Map<string, RevisionImage>();
  const all = [...new Set(arns)];
  for (let from = 0; from < all.length; from += mostDescribed) {
    const { serviceRevisions = [] } = await ecs.send(
      new DescribeServiceRevisionsCommand({ serviceRevisionArns: all.slice(from, from + mostDescribed) }),
    );
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

export function rollbackCall(ecs: ECSClient, { arn }: DeploymentState): Call {
  const input = { serviceDeploymentArn: arn, stopType: 'ROLLBACK' as const };
  return {
    action: 'ecs:StopServiceDeployment',
    shown: input,
    make: () => ecs.send(new StopServiceDeploymentCommand(input)),
  };
}
