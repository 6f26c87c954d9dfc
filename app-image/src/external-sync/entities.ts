import type { EntitySchema } from 'typeorm';

export const externalSyncEntities: readonly EntitySchema[] = [];
