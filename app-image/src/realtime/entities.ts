import type { EntitySchema } from 'typeorm';

export const meetingEntities: readonly EntitySchema[] = [];
