import type { Database } from '../database/database';
import type { Handlers } from '../queues/handlers';
import type { JobQueues } from '../queues/job-queues';
import { advance } from '../workflow/advance';
import { enrol } from '../workflow/enrolment';

export interface WorkflowProps {
  readonly database: Pick<Database, 'read' | 'query'>;
  readonly jobQueues: Pick<JobQueues, 'add'>;
}

export function workflowHandlers({ database, jobQueues }: WorkflowProps): Handlers<'workflow'> {
  return {
    'trigger-scan': async ({ leadId, leadIds = leadId === undefined ? undefined : [leadId] }, { log }) => {
      const enrolled = await enrol(database, leadIds);
      const advanced = await advance({ database, jobQueues, log }, leadIds);
      if (enrolled + advanced > 0) log.info({ enrolled, advanced }, 'leads moved on in their workflows');
      return { enrolled, advanced };
    },
  };
}
