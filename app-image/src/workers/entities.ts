import type { EntitySchema } from 'typeorm';

export const workerEntities: readonly EntitySchema[] = [];
