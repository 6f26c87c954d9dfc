import { z } from 'zod';

export const resumeAnalysis = z.object({ applicationId: z.uuid() });
