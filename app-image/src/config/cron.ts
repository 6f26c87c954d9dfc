interface Field {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const fields: readonly Field[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  {
    min: 1,
    max: 12,
    names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  // Sunday is 0 and 7.
  { min: 0, max: 7, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];

function position(text: string, { min, max, names = [] }: Field): number | undefined {
  const named = names.indexOf(text.toLowerCase());
  if (named >= 0) return min + named;
  return /^\d{1,2}$/.test(text) && Number(text) >= min && Number(text) <= max ? Number(text) : undefined;
}

/** One entry of a field's list: `*`, `5`, `1-5`, each also with a step. */
function isEntry(text: string, field: Field): boolean {
  const [, range = '', , step] = /^([^/]+)(\/([1-9]\d?))?$/.exec(text) ?? [];
  if (range === '') return false;
  if (step !== undefined && Number(step) > field.max) return false;
  if (range === '*') return true;
  const [first, last = first, ...more] = range.split('-').map((part) => position(part, field));
  return first !== undefined && last !== undefined && first <= last && more.length === 0;
}

/** Minute, hour, day, month, weekday. */
export function isCron(text: string): boolean {
  const parts = text.split(' ');
  return (
    parts.length === fields.length &&
    fields.every((field, index) => parts[index]?.split(',').every((entry) => isEntry(entry, field)))
  );
}
