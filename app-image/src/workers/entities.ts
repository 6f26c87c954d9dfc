import { EntitySchema } from 'typeorm';
import { createdAt, updatedAt } from '../database/columns';

export const workerEntities: readonly EntitySchema[] = [
  new EntitySchema({
    name: 'ResumeAnalysisResult',
    tableName: 'resume_analysis_results',
    columns: {
      applicationId: { type: 'uuid', primary: true },
      score: { type: 'double precision' },
      summary: { type: 'text', nullable: true },
      details: { type: 'jsonb', nullable: true },
      analysedAt: createdAt,
    },
    indices: [{ name: 'resume_analysis_results_analysed_at', columns: ['analysedAt'] }],
  }),
  new EntitySchema({
    name: 'ServiceKpi',
    tableName: 'service_kpis',
    columns: {
      // TypeORM knows `identity`, only the schema's type does not.
      id: { type: 'bigint', primary: true, generated: 'identity' as 'increment' },
      name: { type: 'text' },
      value: { type: 'double precision' },
      dimensions: { type: 'jsonb' },
      computedAt: { type: 'timestamptz' },
    },
    indices: [
      { name: 'service_kpis_latest', columns: ['name', 'computedAt'] },
      { name: 'service_kpis_computed_at', columns: ['computedAt'] },
    ],
  }),
  new EntitySchema({
    name: 'Backfill',
    tableName: 'backfills',
    columns: {
      name: { type: 'text', primary: true },
      cursor: { type: 'text', nullable: true },
      changed: { type: 'bigint', default: 0 },
      doneAt: { type: 'timestamptz', nullable: true },
      updatedAt,
    },
  }),
];
