import type { EnvironmentName } from '../../lib/config/environment';
import { type LocatedResource, resourcesOf, type StackId, stackOf } from '../deployed';

/** What only a deployment knows of an environment's resources, by the resource's type and the attribute's name. */
export type Attributes = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A value of a template as the deployed resource would have it. */
export type Resolve = (stack: StackId, value: unknown) => string;

/** The only resource of its type. */
export function theOnly(environment: EnvironmentName, type: string): LocatedResource {
  const [found, ...others] = resourcesOf(environment).filter(({ Type }) => Type === type);
  if (found === undefined || others.length > 0)
    throw new Error(`${environment}: ${others.length + (found ? 1 : 0)} resources are of type ${type}, expected one`);
  return found;
}

/** Follows references through the SSM parameters that one stack publishes and another one reads. */
export function resolverOf(environment: EnvironmentName, attributes: Attributes): Resolve {
  const resolve: Resolve = (stack, value) => {
    if (typeof value === 'string') return value;
    const { Ref, 'Fn::GetAtt': attribute } = value as { Ref?: string; 'Fn::GetAtt'?: [string, string] };
    const unbound = (why: string) => new Error(`${environment}/${stack}: ${JSON.stringify(value)} is unbound: ${why}`);

    if (attribute !== undefined) {
      const [id, name] = attribute;
      const { Type = 'no resource' } = stackOf(environment, stack).template.Resources[id] ?? {};
      const bound = attributes[Type]?.[name];
      if (bound === undefined) throw unbound(`there is no local ${name} of ${Type}`);
      return bound;
    }

    const parameters = stackOf(environment, stack).template.Parameters ?? {};
    const { Type, Default } = (parameters[Ref ?? ''] ?? {}) as { Type?: string; Default?: string };
    if (Type !== 'AWS::SSM::Parameter::Value<String>') throw unbound('it reads no SSM parameter');
    const published = resourcesOf(environment).find(
      (resource) => resource.Type === 'AWS::SSM::Parameter' && resource.Properties.Name === Default,
    );
    if (published === undefined) throw unbound(`no stack publishes ${Default}`);
    return resolve(published.stack, published.Properties.Value);
  };
  return resolve;
}
