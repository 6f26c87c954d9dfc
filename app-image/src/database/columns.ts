import type { EntitySchemaColumnOptions } from 'typeorm';

/** What most tables have. */
export const id: EntitySchemaColumnOptions = { type: 'uuid', primary: true, generated: 'uuid' };
export const createdAt: EntitySchemaColumnOptions = { type: 'timestamptz', createDate: true };
export const updatedAt: EntitySchemaColumnOptions = { type: 'timestamptz', updateDate: true };

/** The expression of a check. */
export const oneOf = (column: string, values: readonly string[]) =>
  `${column} IN (${values.map((value) => `'${value}'`).join(', ')})`;
