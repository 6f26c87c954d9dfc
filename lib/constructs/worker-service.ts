import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { rollingMaximumPercent } from '../config/capacity';
import type { EnvironmentConfig } from '../config/environment';
import type { Application } from './application';
import type { Hosts } from './hosts';
import type { WebService } from './web-service';

export interface WorkerServiceProps {
  readonly cluster: ecs.Cluster;
  readonly hosts: Hosts;
  readonly application: Application;
  readonly web: WebService;
  readonly env: EnvironmentConfig;
}

/**
 * The queues' workers. A service of its own, and deployed after web has succeeded: on green they would
 * take production jobs before anything is proven.
 */
export class WorkerService extends Construct {
  readonly service: ecs.Ec2Service;

  constructor(scope: Construct, id: string, { cluster, hosts, application, web, env }: WorkerServiceProps) {
    super(scope, id);
    this.service = new ecs.Ec2Service(this, 'Service', {
      cluster,
      taskDefinition: application.defineTask(this, 'Task', { size: env.worker, processRole: 'worker' }),
      securityGroups: application.connections.securityGroups,
      vpcSubnets: { subnetGroupName: 'application' },
      capacityProviderStrategies: hosts.strategies,
      placementStrategies: [
        ecs.PlacementStrategy.spreadAcross(ecs.BuiltInAttributes.AVAILABILITY_ZONE),
        ecs.PlacementStrategy.packedByMemory(),
      ],
      // Nothing scales it, so its number is the template's.
      desiredCount: env.worker.minTasks,
      minHealthyPercent: 100,
      maxHealthyPercent: rollingMaximumPercent,
      circuitBreaker: { rollback: true },
      enableECSManagedTags: true,
      propagateTags: ecs.PropagatedTagSource.SERVICE,
    });
    // The cluster holds the association with the capacity provider, which has to come first.
    this.service.node.addDependency(cluster, web);
  }
}
