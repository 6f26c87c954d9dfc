import { readBlueGreenRelease } from './blue-green-release';
import { readContainer, roleContainer } from './containers';
import type { Service, WebService } from './deployment';
import type { Resource, Resources } from './resources';
import type { ContainerDefinition } from './service-properties';

type ServiceResource = Resource<'AWS::ECS::Service'>;

export interface Services {
  readonly web: WebService;
  readonly worker: Service;
  /** The one that both run, by the name in their task definitions. */
  readonly imageName: string;
}

/** Web and worker are told from other services by what their containers are told. */
export function readServices(resources: Resources): Services {
  const described = resources.ofType('AWS::ECS::Service').flatMap((resource) => {
    const { TaskDefinition } = resources.read(resource, 'TaskDefinition');
    const taskDefinition = resources.behind('AWS::ECS::TaskDefinition', 'Ref', TaskDefinition);
    const container = roleContainer(resources, taskDefinition);
    return container === undefined ? [] : [{ resource, taskDefinition, ...container }];
  });
  const theOne = (role: Service['role']) => {
    const [found, ...others] = described.filter((each) => each.role === role);
    if (found === undefined || others.length > 0)
      throw new Error(
        `${found ? others.length + 1 : 'No'} services are told PROCESS_ROLE=${role}, and a rehearsal plays exactly one; the template's are told: ${described.map((each) => each.role).join(', ') || 'nothing'}.`,
      );
    return found;
  };
  const [web, worker] = [theOne('web'), theOne('worker')];
  if (web.definition.Image !== worker.definition.Image)
    throw new Error(
      `Web runs ${web.definition.Image} and worker runs ${worker.definition.Image}, and a rehearsal builds one image; make it the same.`,
    );
  return {
    web: { ...readService(resources, 'web', web), blueGreen: readBlueGreenRelease(resources, web.resource) },
    worker: readService(resources, 'worker', worker),
    imageName: web.definition.Image,
  };
}

interface Described {
  readonly resource: ServiceResource;
  readonly taskDefinition: Resource<'AWS::ECS::TaskDefinition'>;
  readonly definition: ContainerDefinition;
}

/** Defaults are those of https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html */
function readService(
  resources: Resources,
  role: Service['role'],
  { resource, taskDefinition, definition }: Described,
): Service {
  const { DeploymentConfiguration: deployment = {}, HealthCheckGracePeriodSeconds } = resources.read(
    resource,
    'DeploymentConfiguration',
    'HealthCheckGracePeriodSeconds',
  );
  return {
    logicalId: resource.logicalId,
    role,
    container: readContainer(resources, taskDefinition, definition),
    desiredCount: desiredCountOf(resources, resource),
    minimumHealthyPercent: Number(deployment.MinimumHealthyPercent ?? 100),
    maximumPercent: Number(deployment.MaximumPercent ?? 200),
    healthCheckGracePeriod: Number(HealthCheckGracePeriodSeconds ?? 0),
  };
}

function desiredCountOf(resources: Resources, resource: ServiceResource): number {
  const { DesiredCount } = resources.read(resource, 'DesiredCount');
  if (DesiredCount !== undefined) return Number(DesiredCount);
  const name = resources.attribute(resource, 'Name');
  const [scalable] = resources
    .ofType('AWS::ApplicationAutoScaling::ScalableTarget')
    .map((target) => resources.read(target, 'ResourceId', 'MinCapacity'))
    // `service/CLUSTER/SERVICE`
    .filter(({ ResourceId }) => ResourceId.startsWith('service/') && ResourceId.split('/')[2] === name);
  return Number(scalable?.MinCapacity ?? 1);
}
