import { z } from 'zod';

/**
 * @property resumeUrl where Mr. Hire reads the resume; a presigned URL ends after minutes, so that it is better left to
 * the key
 * @property resumeKey its key in the bucket that both sides know
 */
export const resumeAnalysis = z.object({
  applicationId: z.guid(),
  resumeUrl: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .optional(),
  resumeKey: z.string().min(1).max(1_024).optional(),
  jobPostId: z.guid().optional(),
});
