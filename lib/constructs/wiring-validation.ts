import { Stack } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import { containerName } from '../config/container';
import type { EnvironmentName } from '../config/environment';
import { checkWiring, type Wiring } from '../config/wiring';

/** Whoever defined them; a sidecar would have a name and a contract of its own. */
const containersOf = (stack: Stack): ecs.ContainerDefinition[] =>
  stack.node
    .findAll()
    .filter((each) => each instanceof ecs.ContainerDefinition)
    .filter((container) => container.containerName === containerName);

/** As it will stand in the template; what only a deployment knows is still an object. */
function wiringOf(container: ecs.ContainerDefinition): Wiring {
  const {
    environment = [],
    secrets = [],
    portMappings = [],
  } = Stack.of(container).resolve(container.renderContainerDefinition());
  return { environment, secrets, listens: portMappings.length > 0 };
}

/** Each mismatch once, with the task definitions that have it: most are in all of them. */
function mismatches(stack: Stack, environment: EnvironmentName): string[] {
  const tasks = new Map<string, string[]>();
  for (const container of containersOf(stack)) {
    const task = container.taskDefinition.node.path.slice(stack.node.path.length + 1);
    for (const sentence of checkWiring(environment, wiringOf(container)))
      tasks.set(sentence, [...(tasks.get(sentence) ?? []), task]);
  }
  return Array.from(tasks, ([sentence, paths]) => `${sentence} In ${paths.join(', ')}.`);
}

/** Fails the synth where a container of this stack is told other variables than the contract names. */
export function validateWiring(scope: Construct, environment: EnvironmentName): void {
  // Not at once: containers are defined later, and variables may be added to them later still.
  scope.node.addValidation({ validate: () => mismatches(Stack.of(scope), environment) });
}
