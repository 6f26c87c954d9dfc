import type { PropertyChange, ResourceChange } from '../compare/change';
import { inPlaceUpdate } from '../effects/in-place-updates';
import { masked } from './masked';

export interface PropertyLine {
  readonly path: string;
  readonly before: string;
  readonly after: string;
  /** What a change of this property takes. */
  readonly takes: 'nothing of AWS' | 'an update in place' | 'a restart' | 'a replacement' | 'perhaps a replacement';
}

function takes(type: string, { name, isProperty, replacement }: PropertyChange): PropertyLine['takes'] {
  if (!isProperty) return 'nothing of AWS';
  if (replacement === 'yes') return 'a replacement';
  if (replacement === 'perhaps' || replacement === 'unknown') return 'perhaps a replacement';
  return inPlaceUpdate(type, name)?.interruption === 'restart' ? 'a restart' : 'an update in place';
}

/** Every value that differs, before and after, as far as it may be shown. */
export const propertyLines = ({ type, properties }: ResourceChange): PropertyLine[] =>
  properties.flatMap((property): PropertyLine[] => {
    const what = takes(type, property);
    if (property.leaves.length === 0)
      return [{ path: property.name, before: 'a resource', after: 'its replacement', takes: what }];
    return property.leaves.map(({ path, before, after }) => ({
      path,
      before: masked(path, before),
      after: masked(path, after),
      takes: what,
    }));
  });
