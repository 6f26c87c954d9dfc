import { z } from 'zod';

/** Which row of the sync's configuration table the job works on. */
export const syncConfig = z.object({ configId: z.guid() });
