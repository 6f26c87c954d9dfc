import { z } from 'zod';
import { externalId, text } from './records';
import { longestIntervalMinutes, shortestIntervalMinutes } from './timings';

export const configId = z.guid('must be the id of a configuration, a UUID');

const fields = {
  name: text(200),
  enabled: z.boolean(),
  intervalMinutes: z
    .int()
    .min(shortestIntervalMinutes, `must be ${shortestIntervalMinutes} minutes at least`)
    .max(longestIntervalMinutes, 'must be a week at most'),
  /** They go into the address of a call; a comma separates them there. */
  onlyIds: z.array(externalId.regex(/^[^,]+$/, 'must not contain a comma')).max(50, 'must be 50 ids at most'),
  pageSize: z.int().min(1).max(500),
};

export const newConfig = z.strictObject({
  ...fields,
  enabled: fields.enabled.default(false),
  intervalMinutes: fields.intervalMinutes.default(60),
  onlyIds: fields.onlyIds.default([]),
  pageSize: fields.pageSize.default(100),
});

export const configChange = z
  .strictObject(fields)
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'must state what to change');
