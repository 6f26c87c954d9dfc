import type { EntitySchema } from 'typeorm';

export const webhookEntities: readonly EntitySchema[] = [];
