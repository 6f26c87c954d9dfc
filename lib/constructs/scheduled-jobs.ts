import { Duration, Stack } from 'aws-cdk-lib';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as targets from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import { jobSize } from '../config/capacity';
import type { EnvironmentConfig } from '../config/environment';
import { jobs } from '../config/jobs';
import { acknowledge } from '../policy/acknowledge';
import type { Application } from './application';
import type { Hosts } from './hosts';
import { watchJobs } from './job-alarms';
import type { Monitoring } from './monitoring';
import { ServiceRole } from './service-role';

export interface ScheduledJobsProps {
  readonly cluster: ecs.Cluster;
  readonly hosts: Hosts;
  readonly application: Application;
  readonly monitoring: Monitoring;
  readonly env: EnvironmentConfig;
}

/** Jobs by the clock, each a task of its own, so that a backup does not compete with a request. */
export class ScheduledJobs extends Construct {
  constructor(scope: Construct, id: string, { cluster, hosts, application, monitoring, env }: ScheduledJobsProps) {
    super(scope, id);
    const role = new ServiceRole(this, 'Role', {
      description: 'EventBridge Scheduler starts job tasks',
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    for (const job of jobs)
      new scheduler.Schedule(this, job.name, {
        description: job.description,
        enabled: job.enabled,
        schedule: scheduler.ScheduleExpression.cron(job.cron),
        target: new targets.EcsRunEc2Task(cluster, {
          taskDefinition: application.defineTask(this, `${job.name}Task`, {
            size: jobSize,
            command: ['node', job.entryPoint],
          }),
          capacityProviderStrategies: hosts.strategies,
          vpcSubnets: { subnetGroupName: 'application' },
          securityGroups: application.connections.securityGroups,
          role,
          // Of the start, while no host has room; a job that has started and failed is not started again.
          retryAttempts: 5,
          maxEventAge: Duration.hours(2),
          enableEcsManagedTags: true,
          propagateTags: true,
        }),
      });
    watchJobs(this, monitoring, env);
    const { region, account } = Stack.of(this);
    const clusterId = Stack.of(this).getLogicalId(cluster.node.defaultChild as ecs.CfnCluster);
    acknowledge(role, {
      [`AwsSolutions-IAM5[Resource::arn:aws:ecs:${region}:${account}:task/<${clusterId}>/*]`]:
        "ecs:TagResource on the tasks that it starts: a task's id does not exist before.",
    });
  }
}
