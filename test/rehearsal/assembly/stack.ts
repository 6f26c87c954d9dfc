import type { Stack } from '../../../rehearsal/assembly/cloud-assembly';
import type { Template } from '../../../rehearsal/assembly/template';

/** A stack of an environment as it would be read from an assembly. */
export const stack = (id: string, template: Partial<Template>, change: Partial<Stack> = {}): Stack => ({
  ...{ environment: 'staging', id, stackName: `mr-mentor-staging-${id}`, artifact: `staging${id}` },
  ...{ account: '123456789012', region: 'ap-south-1', templateFile: `${id}.template.json`, dependencies: [] },
  template: { Resources: {}, ...template },
  assets: { files: [], images: [] },
  ...change,
});

/** The same stacks with other properties of the resource whose logical id begins so. */
export function withProperties(
  stacks: readonly Stack[],
  logicalId: string,
  change: Readonly<Record<string, unknown>>,
): Stack[] {
  const isMeant = (id: string) => id.startsWith(logicalId);
  const found = stacks.flatMap(({ template }) => Object.keys(template.Resources)).filter(isMeant);
  if (found.length !== 1)
    throw new Error(`${logicalId} begins ${found.length} logical ids, not one: ${found.join(', ')}`);
  return stacks.map((each) => ({
    ...each,
    template: {
      ...each.template,
      Resources: Object.fromEntries(
        Object.entries(each.template.Resources).map(([id, resource]) => [
          id,
          isMeant(id) ? { ...resource, Properties: { ...resource.Properties, ...change } } : resource,
        ]),
      ),
    },
  }));
}
