import type { EntitySchema } from 'typeorm';

export const vendorEntities: readonly EntitySchema[] = [];
