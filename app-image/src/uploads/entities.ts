import type { EntitySchema } from 'typeorm';

export const uploadEntities: readonly EntitySchema[] = [];
