import { containerName } from '../../lib/config/container';
import { checkWiring } from '../../lib/config/wiring';
import { environmentNames, resourcesOf } from '../deployed';

interface Pair {
  readonly Name: string;
  readonly Value?: unknown;
}
interface Container {
  readonly Name: string;
  readonly Environment: readonly Pair[];
  readonly EnvironmentFiles?: readonly unknown[];
  readonly Secrets: readonly Pair[];
  readonly PortMappings?: readonly unknown[];
}

/** The synth holds it for the constructs; this holds it for the templates, whatever wrote them. */
describe.each(environmentNames)('in %s', (environment) => {
  const containers: Container[] = resourcesOf(environment)
    .filter(({ Type }) => Type === 'AWS::ECS::TaskDefinition')
    .flatMap(({ Properties }) => Properties.ContainerDefinitions);

  it('every container is told exactly what its contract names', () => {
    expect(containers).toHaveLength(5);
    for (const { Name, Environment, Secrets, PortMappings = [] } of containers) {
      expect(Name).toBe(containerName);
      const environmentOf = Environment.map(({ Name: name, Value: value }) => ({ name, value }));
      const secrets = Secrets.map(({ Name: name }) => ({ name }));
      expect(
        checkWiring(environment, { environment: environmentOf, secrets, listens: PortMappings.length > 0 }),
      ).toEqual([]);
    }
  });

  it('no container takes variables from a file, which nobody could check', () => {
    for (const { EnvironmentFiles = [] } of containers) expect(EnvironmentFiles).toEqual([]);
  });
});
