import { z } from 'zod';

/** @property leadId only this lead is looked at; all that wait, where it is missing */
export const leadScan = z.object({ leadId: z.uuid().optional() });
