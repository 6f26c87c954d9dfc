import { z } from 'zod';

/** Of one job. */
export const mostLeads = 500;

/** Only the leads that it names are looked at; where it names none, all that wait. */
export const leadScan = z.object({
  leadId: z.uuid().optional(),
  leadIds: z.array(z.uuid()).min(1).max(mostLeads).optional(),
});
