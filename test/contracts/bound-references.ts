import { join } from 'node:path';
import type { EnvironmentName } from '../../lib/config/environment';
import type { Bindings } from '../../rehearsal/assembly/bindings';
import { readEnvironment } from '../../rehearsal/assembly/cloud-assembly';
import * as assembly from '../../rehearsal/assembly/resolver';
import { type LocatedResource, resourcesOf, type StackId } from '../deployed';

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

/** As a rehearsal follows references, with these attributes and no other. */
export function resolverOf(environment: EnvironmentName, attributes: Attributes): Resolve {
  const stacks = readEnvironment(join(process.env.TEST_ASSEMBLIES ?? '', 'deployed'), environment);
  const resolver = assembly.resolverOf(stacks, bindingsOf(attributes));
  return (id, value) => {
    const stack = stacks.find((each) => each.id === id);
    if (stack === undefined) throw new Error(`${environment} has no stack ${id}`);
    return String(resolver.resolve(stack, 'a value', value));
  };
}

const bindingsOf = (attributes: Attributes): Bindings =>
  Object.fromEntries(
    Object.entries(attributes).map(([type, values]) => [
      type,
      Object.fromEntries(Object.entries(values).map(([name, value]) => [name, () => value])),
    ]),
  );
