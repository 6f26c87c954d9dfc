import { rewrite, visit } from './json-value';

/** Logical ids in `Fn::Sub`: `${Id}` and `${Id.Attribute}`, not `${!literal}` and no pseudo parameter. */
const inText = /\$\{([A-Za-z0-9]+)(\.[^}]+)?\}/g;

const subText = (value: unknown): string => String(Array.isArray(value) ? value[0] : value);

/** The logical id that an intrinsic function names. */
function named(object: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof object.Ref === 'string') return object.Ref;
  const attribute = object['Fn::GetAtt'];
  if (Array.isArray(attribute)) return String(attribute[0]);
  return typeof attribute === 'string' ? attribute.split('.')[0] : undefined;
}

/** Logical ids that a value names, however deep: in joins and substitutions as well. */
export function referencesIn(value: unknown): Set<string> {
  const found = new Set<string>();
  visit(value, (object) => {
    const id = named(object);
    if (id !== undefined) found.add(id);
    if ('Fn::Sub' in object) for (const [, name = ''] of subText(object['Fn::Sub']).matchAll(inText)) found.add(name);
  });
  return found;
}

/** A copy in which every reference to one of these names something else. */
export function renameReferences(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (names.size === 0) return value;
  return rewrite(value, (object) => {
    const name = names.get(named(object) ?? '');
    if (name !== undefined) {
      if ('Ref' in object) return { Ref: name };
      const attribute = object['Fn::GetAtt'];
      return { 'Fn::GetAtt': [name, ...(Array.isArray(attribute) ? attribute.slice(1) : [])] };
    }
    if (!('Fn::Sub' in object)) return undefined;
    const text = subText(object['Fn::Sub']).replace(inText, (whole, id: string, rest = '') =>
      names.has(id) ? `\${${names.get(id)}${rest}}` : whole,
    );
    const value = object['Fn::Sub'];
    return {
      'Fn::Sub': Array.isArray(value) ? [text, ...value.slice(1).map((inner) => renameReferences(inner, names))] : text,
    };
  });
}

/** Names of exports that a value imports. */
export function importsIn(value: unknown): Set<string> {
  const found = new Set<string>();
  visit(value, (object) => {
    if ('Fn::ImportValue' in object) found.add(JSON.stringify(object['Fn::ImportValue']));
  });
  return found;
}
