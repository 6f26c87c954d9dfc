import { z } from 'zod';

export const whatsappTemplate = z.object({ to: z.string() });
