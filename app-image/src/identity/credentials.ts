import { z } from 'zod';

// The length first: the pattern of an address is not to be tried on megabytes.
export const email = z
  .string()
  .max(254, 'must have 254 characters at most')
  .trim()
  .toLowerCase()
  .pipe(z.email('must be an e-mail address'));
export const password = z.string().min(1, 'must not be empty').max(200, 'must have 200 characters at most');
export const oneTimeCode = z.string().regex(/^\d{6}$/, 'must be six digits');
