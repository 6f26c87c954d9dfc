import type { Resource } from '../assembly/guarded-stack';
import { at, isObject, listOf } from '../compare/json-value';

/** Values of a template as numbers and lists, to be compared. */

/** 1 where it is on, in the ways that templates write it. */
export const on = (value: unknown): number =>
  value === true || value === 'true' || value === 1 || value === '1' ? 1 : 0;
/** An expression cannot be judged: it counts as nothing. */
export const number = (value: unknown): number => (Number.isFinite(Number(value)) ? Number(value) : 0);
export const given = (value: unknown): number => (value === undefined ? 0 : 1);
export const property = ({ Properties }: Resource, path: string): unknown => at(Properties, path);
export const objects = (value: unknown): readonly Readonly<Record<string, unknown>>[] => listOf(value).filter(isObject);

export function attribute(resource: Resource, list: string, key: string): unknown {
  return objects(property(resource, list)).find(({ Key }) => Key === key)?.Value;
}
