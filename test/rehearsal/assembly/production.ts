import { readEnvironment, type Stack } from '../../../rehearsal/assembly/cloud-assembly';
import type { Deployment } from '../../../rehearsal/assembly/deployment';
import { describeDeployment } from '../../../rehearsal/assembly/read-deployment';
import { deployed, endpoints } from './endpoints';
import { withProperties } from './stack';

/** As it is configured. */
export const stacks = readEnvironment(deployed, 'production');
export const describeProduction = (changed: readonly Stack[]): Deployment =>
  describeDeployment('production', changed, endpoints);

export type Properties = Readonly<Record<string, unknown>>;
function propertiesOf(logicalId: string): Properties {
  for (const { template } of stacks)
    for (const [id, { Properties }] of Object.entries(template.Resources))
      if (id.startsWith(logicalId)) return Properties ?? {};
  throw new Error(`no resource ${logicalId}`);
}
/** What a rehearsal reads where one resource has other properties. */
export const changed = (logicalId: string, change: Properties): Deployment =>
  describeProduction(withProperties(stacks, logicalId, change));

const [app] = propertiesOf('WebTask30').ContainerDefinitions as readonly Properties[];
/** The web service's task definition with another container. */
export const container = (change: Properties) => ({ ContainerDefinitions: [{ ...app, ...change }] });
/** The web service with another deployment. */
export const deployment = (change: Properties) => ({
  DeploymentConfiguration: { ...(propertiesOf('WebServiceD').DeploymentConfiguration as object), ...change },
});
