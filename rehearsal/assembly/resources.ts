import type { Stack } from './cloud-assembly';
import type { Resolver } from './resolver';
import type { ResourceProperties, ResourceType } from './resource-properties';

export interface Resource<Type extends ResourceType> {
  readonly type: Type;
  readonly stack: Stack;
  readonly logicalId: string;
}

/** The resources of an environment. */
export interface Resources {
  ofType<Type extends ResourceType>(type: Type): Resource<Type>[];
  /** The one that there has to be. */
  only<Type extends ResourceType>(type: Type): Resource<Type>;
  /** Properties by name. The others stay unresolved: they may refer to what no rehearsal knows. */
  read<Type extends ResourceType, Name extends keyof ResourceProperties[Type] & string>(
    resource: Resource<Type>,
    ...names: readonly Name[]
  ): Pick<ResourceProperties[Type], Name>;
  /** What stands for an attribute of a deployed resource, or for its identifier: `Ref`. */
  attribute(resource: Resource<ResourceType>, name: string): unknown;
  /** The one whose attribute this is: where a reference led to. */
  behind<Type extends ResourceType>(type: Type, attribute: string, value: unknown): Resource<Type>;
}

export function resourcesOf(stacks: readonly Stack[], resolver: Resolver): Resources {
  const [{ environment = '' } = {}] = stacks;

  const ofType: Resources['ofType'] = (type) =>
    stacks.flatMap((stack) =>
      Object.entries(stack.template.Resources)
        .filter(
          ([, { Type, Condition }]) => Type === type && (Condition === undefined || resolver.holds(stack, Condition)),
        )
        .map(([logicalId]) => ({ type, stack, logicalId })),
    );

  const attribute: Resources['attribute'] = ({ stack, logicalId }, name) =>
    resolver.resolve(
      stack,
      `Resources.${logicalId}`,
      name === 'Ref' ? { Ref: logicalId } : { 'Fn::GetAtt': [logicalId, name] },
    );

  return {
    ofType,
    attribute,
    only(type) {
      const [found, ...others] = ofType(type);
      if (found === undefined || others.length > 0)
        throw new Error(
          `${environment}: ${found ? others.length + 1 : 'no'} resources are of type ${type}, and a rehearsal plays exactly one.`,
        );
      return found;
    },
    read<Type extends ResourceType, Name extends keyof ResourceProperties[Type] & string>(
      { stack, logicalId }: Resource<Type>,
      ...names: readonly Name[]
    ) {
      const properties = stack.template.Resources[logicalId]?.Properties ?? {};
      return Object.fromEntries(
        names.map((name) => [
          name,
          resolver.resolve(stack, `Resources.${logicalId}.Properties.${name}`, properties[name]),
        ]),
      ) as Pick<ResourceProperties[Type], Name>;
    },
    behind(type, name, value) {
      const found = ofType(type).find((resource) => attribute(resource, name) === value);
      if (found === undefined)
        throw new Error(`${environment}: ${JSON.stringify(value)} is the ${name} of no ${type} of its stacks.`);
      return found;
    },
  };
}
