import type { GuardedStack, Properties } from '../diff-guard/assembly/guarded-stack';
import { type AssumptionName, assumptions, type Place } from './assumptions';
import type { Gap } from './line';
import { NotEstimable } from './not-estimable';

/** Hours of a month, as AWS's own calculator counts them. */
export const hoursPerMonth = 730;

/** A resource, with the region that it is deployed to. */
export interface Located {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Properties;
  readonly region: string;
  readonly stack: GuardedStack;
}

/** Everything that one environment, or delivery of one account, deploys, and what is assumed of its use. */
export interface Estate {
  /** Those of the types; of all types without one. */
  readonly of: (...types: readonly string[]) => readonly Located[];
  /** The resource of the same stack that a Ref or Fn::GetAtt names. */
  readonly referred: (from: Located, reference: unknown) => Located | undefined;
  readonly assumed: (name: AssumptionName) => number;
  /** What was asked for, in the order of asking. */
  readonly used: ReadonlySet<AssumptionName>;
}

export function estateOf(place: Place, stacks: readonly GuardedStack[]): Estate {
  const all = stacks.flatMap((stack) =>
    Object.entries(stack.template.Resources).map(
      ([logicalId, { Type, Properties = {} }]): Located => ({
        ...{ logicalId, type: Type, properties: Properties, region: stack.region, stack },
      }),
    ),
  );
  const used = new Set<AssumptionName>();
  return {
    used,
    of: (...types) => all.filter(({ type }) => types.length === 0 || types.includes(type)),
    referred(from, reference) {
      const id = referredId(reference);
      return all.find(({ stack, logicalId }) => stack === from.stack && logicalId === id);
    },
    assumed(name) {
      const value = assumptions[name][place];
      if (value === undefined)
        throw new NotEstimable(`cost/assumptions.ts: "${name}" has no value for ${place}; state one, 0 if it is none.`);
      used.add(name);
      return value;
    },
  };
}

function referredId(reference: unknown): string | undefined {
  const { Ref, 'Fn::GetAtt': attribute } = (reference ?? {}) as { Ref?: string; 'Fn::GetAtt'?: readonly string[] };
  return Ref ?? attribute?.[0];
}

/** CloudFormation takes numbers as text as well. */
export function numberIn(value: unknown): number | undefined {
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return undefined;
  return Number.isFinite(Number(value)) ? Number(value) : undefined;
}

export const textIn = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
export const listIn = (value: unknown): readonly Properties[] => (Array.isArray(value) ? value : []);
/** A nested property. */
export const within = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((at, key) => (at as Properties | undefined)?.[key], value);

/** A property that decides the price and is no plain value. */
export const unreadable = ({ stack, logicalId, type }: Located, property: string): Gap => ({
  gap: `${type} ${stack.id}/${logicalId}`,
  why: `${property} is missing or known only to CloudFormation`,
  remedy: 'state it in the template, or price it in cost/pricing/',
});
