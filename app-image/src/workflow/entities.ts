import { EntitySchema } from 'typeorm';
import { createdAt, id, updatedAt } from '../database/columns';

/** A lead that no scan has looked at yet. In a table of its own: leads of the years before must not be enrolled. */
export interface LeadToEnrol {
  leadId: string;
  createdAt: Date;
}

export interface LeadWorkflow {
  id: string;
  name: string;
  /** While it is not, it takes no lead, and those that it has stay at their step. */
  isActive: boolean;
  /** Of the leads that it takes. Null for any. */
  source: string | null;
  campaign: string | null;
  /** In the shape of `steps.ts`. Change no step that leads have behind them: they are known by their number. */
  steps: unknown;
  createdAt: Date;
  updatedAt: Date;
}

export interface LeadEnrolment {
  id: string;
  leadId: string;
  workflowId: string;
  /** Number of the next step, from 0 on. */
  step: number;
  /** When that step is taken. Null when all are. */
  dueAt: Date | null;
  createdAt: Date;
}

const LeadToEnrolEntity = new EntitySchema<LeadToEnrol>({
  name: 'LeadToEnrol',
  tableName: 'leads_to_enrol',
  columns: { leadId: { type: 'uuid', primary: true }, createdAt },
});

const LeadWorkflowEntity = new EntitySchema<LeadWorkflow>({
  name: 'LeadWorkflow',
  tableName: 'lead_workflows',
  columns: {
    id,
    name: { type: 'text' },
    isActive: { type: Boolean, default: true },
    source: { type: 'text', nullable: true },
    campaign: { type: 'text', nullable: true },
    steps: { type: 'jsonb' },
    createdAt,
    updatedAt,
  },
});

const LeadEnrolmentEntity = new EntitySchema<LeadEnrolment>({
  name: 'LeadEnrolment',
  tableName: 'lead_enrolments',
  columns: {
    id,
    leadId: { type: 'uuid' },
    workflowId: { type: 'uuid' },
    step: { type: 'integer', default: 0 },
    dueAt: { type: 'timestamptz', nullable: true, default: () => 'now()' },
    createdAt,
  },
  uniques: [{ name: 'lead_enrolments_once', columns: ['leadId', 'workflowId'] }],
  indices: [{ name: 'lead_enrolments_due_at', columns: ['dueAt'] }],
  foreignKeys: [
    {
      name: 'lead_enrolments_workflow',
      target: 'LeadWorkflow',
      columnNames: ['workflowId'],
      referencedColumnNames: ['id'],
    },
  ],
});

export const workflowEntities: readonly EntitySchema[] = [LeadToEnrolEntity, LeadWorkflowEntity, LeadEnrolmentEntity];
