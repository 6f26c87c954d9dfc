import type { Bindings } from './bindings';
import type { Stack } from './cloud-assembly';
import { callIn, intrinsicFunctions, noValue, type Scope } from './intrinsic-functions';
import { partitionOf, pseudoParameters } from './pseudo-parameters';

export interface Resolver {
  /**
   * A value of a template as the deployed resource would have it, undefined for `AWS::NoValue`.
   *
   * @param path where it stands, e.g. `Resources.WebTask.Properties.Cpu`
   */
  resolve(stack: Stack, path: string, value: unknown): unknown;
  /** Whether a condition of the stack holds. */
  holds(stack: Stack, condition: string): boolean;
}

/** A value that is being resolved. */
interface Place {
  readonly stack: Stack;
  readonly path: string;
  /** The places with the references that led here, first to last. */
  readonly cameFrom: readonly string[];
}

const regionOf = ({ account, region }: Stack) => `${account}/${region}`;
const nameOf = ({ stack, path }: Place) => `${stack.environment}/${stack.id}: ${path}`;

/** Follows references within and between the stacks of an environment; `bindings` has what only a deployment knows. */
export function resolverOf(stacks: readonly Stack[], bindings: Bindings): Resolver {
  /** Neither exports nor parameters are seen from another region. */
  const beside = (stack: Stack) => stacks.filter((each) => regionOf(each) === regionOf(stack));

  function fail(place: Place, why: string): never {
    const way = place.cameFrom.length > 0 ? ` (referred to by ${place.cameFrom.join(' → ')})` : '';
    throw new Error(`${nameOf(place)}: ${why}${way}.`);
  }

  function evaluate(place: Place, value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const inner = (step: string | number, each: unknown) => evaluate(at(place, step), each);
    if (Array.isArray(value)) return value.map((each, index) => inner(index, each)).filter((each) => each !== noValue);
    const call = callIn(value);
    if (call === undefined)
      return Object.fromEntries(
        Object.entries(value)
          .map(([key, each]) => [key, inner(key, each)])
          .filter(([, each]) => each !== noValue),
      );
    const called = at(place, call.name);
    const apply = intrinsicFunctions[call.name];
    if (apply === undefined)
      return fail(called, `this function is unknown; allowed: ${Object.keys(intrinsicFunctions).join(', ')}`);
    return apply(call.argument, scopeOf(called));
  }

  /** The value of another place, to which a reference leads. */
  function follow(from: Place, stack: Stack, path: string, value: unknown): unknown {
    const to = { stack, path, cameFrom: [...from.cameFrom, nameOf(from)] };
    // The place of a reference is below the value that holds it.
    if (to.cameFrom.some((name) => name === nameOf(to) || name.startsWith(`${nameOf(to)}.`)))
      return fail(to, 'it refers to itself');
    return evaluate(to, value);
  }

  const scopeOf = (place: Place): Scope => ({
    resolve: (value, ...steps) => evaluate(at(place, ...steps), value),
    ref: (name) => ref(place, name),
    attribute: (logicalId, attribute) => attributeOf(place, logicalId, attribute),
    exported: (name) => exported(place, name),
    condition: (name) => condition(place, name),
    mapped: (map, key, secondKey) =>
      place.stack.template.Mappings?.[map]?.[key]?.[secondKey] ?? fail(place, `there is no ${map}.${key}.${secondKey}`),
    fail: (why) => fail(place, why),
  });

  function ref(place: Place, name: string): unknown {
    const { stack } = place;
    if (name.startsWith('AWS::')) {
      const value = pseudoParameters[name];
      return value === undefined
        ? fail(place, `${name} is unknown; allowed: ${Object.keys(pseudoParameters).join(', ')}`)
        : value(stack);
    }
    return name in (stack.template.Parameters ?? {}) ? parameter(place, name) : attributeOf(place, name, 'Ref');
  }

  function parameter(place: Place, name: string): unknown {
    const { Type = '', Default } = place.stack.template.Parameters?.[name] ?? {};
    if (Default === undefined) return fail(place, `the parameter ${name} has no default, and a rehearsal passes none`);
    if (!Type.startsWith('AWS::SSM::Parameter::Value<')) return Default;

    for (const stack of beside(place.stack))
      for (const [logicalId, { Type: type, Properties = {} }] of Object.entries(stack.template.Resources)) {
        if (type !== 'AWS::SSM::Parameter') continue;
        const path = `Resources.${logicalId}.Properties`;
        if (follow(place, stack, `${path}.Name`, Properties.Name) === Default)
          return follow(place, stack, `${path}.Value`, Properties.Value);
      }
    return fail(place, `no stack publishes the SSM parameter ${Default} in ${regionOf(place.stack)}`);
  }

  function attributeOf(place: Place, logicalId: string, attribute: string): string {
    const { stack } = place;
    const resource = stack.template.Resources[logicalId];
    const what = attribute === 'Ref' ? 'the identifier' : `the attribute ${attribute}`;
    if (resource === undefined)
      return fail(place, `it wants ${what} of ${logicalId}, and the stack has no resource or parameter of that name`);
    const bind = bindings[resource.Type]?.[attribute];
    if (bind === undefined)
      return fail(
        place,
        `it wants ${what} of ${logicalId}, which only a deployment knows; bind "${attribute}" of ${resource.Type} in rehearsal/assembly/bindings.ts`,
      );
    const { account, region } = stack;
    return bind({
      ...{ logicalId, account, region, partition: partitionOf(region) },
      property(name) {
        const value = follow(place, stack, `Resources.${logicalId}.Properties.${name}`, resource.Properties?.[name]);
        return value === noValue ? undefined : value;
      },
    });
  }

  function exported(place: Place, name: string): unknown {
    for (const stack of beside(place.stack))
      for (const [id, { Value, Export }] of Object.entries(stack.template.Outputs ?? {}))
        if (Export && follow(place, stack, `Outputs.${id}.Export.Name`, Export.Name) === name)
          return follow(place, stack, `Outputs.${id}.Value`, Value);
    return fail(place, `no stack exports ${name} in ${regionOf(place.stack)}`);
  }

  function condition(place: Place, name: string): boolean {
    const { stack } = place;
    const stated = stack.template.Conditions?.[name];
    if (stated === undefined) return fail(place, `the stack has no condition ${name}`);
    // It may be the name of another one, which only the functions of conditions take.
    return follow(place, stack, `Conditions.${name}`, { 'Fn::And': [stated] }) as boolean;
  }

  return {
    resolve(stack, path, value) {
      const resolved = evaluate({ stack, path, cameFrom: [] }, value);
      return resolved === noValue ? undefined : resolved;
    },
    holds: (stack, name) => condition({ stack, path: 'Conditions', cameFrom: [] }, name),
  };
}

const at = (place: Place, ...steps: (string | number)[]): Place => ({
  ...place,
  path: [place.path, ...steps].join('.'),
});
