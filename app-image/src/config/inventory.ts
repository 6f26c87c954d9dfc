import { columns } from './columns';
import { groups } from './contract';
import type { Examination } from './examine';
import type { Group } from './variable';

export interface InventoryGroup {
  readonly title: string;
  readonly settings: readonly { readonly name: string; readonly state: string; readonly invalid?: string }[];
}

const states = { process: 'set', secret: 'set, by the JSON secret', default: 'default' } as const;

/** Every variable with whether it is set, and never with its value. */
export function inventory({ stated, problems }: Examination): InventoryGroup[] {
  return Object.values<Group>(groups).map(({ title, variables }) => ({
    title,
    settings: Object.keys(variables).map((name) => {
      const origin = stated.get(name)?.origin;
      return { name, state: origin ? states[origin] : 'unset', invalid: problems.get(name) };
    }),
  }));
}

export function formatInventory(listed: readonly InventoryGroup[]): string {
  return listed
    .map(({ title, settings }) => {
      const rows = settings.map(({ name, state, invalid }) => [
        `  ${name}`,
        invalid ? `${state}; invalid: ${invalid}` : state,
      ]);
      return [title, ...columns(rows)].join('\n');
    })
    .join('\n\n');
}
