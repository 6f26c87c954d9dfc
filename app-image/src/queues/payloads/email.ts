import { z } from 'zod';

export const email = z.object({ to: z.email() });
