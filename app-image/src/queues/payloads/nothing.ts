import { z } from 'zod';

/** Of jobs that are told by their name alone, as scheduled ones are. */
export const nothing = z.object({});
