import { z } from 'zod';
import { purposeNames, purposes } from './purposes';

const fileName = z
  .string()
  .min(1, 'must not be empty')
  .max(200, 'must have 200 characters at most')
  // PostgreSQL stores no zero byte, no URL a broken character, and no header a line break.
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must have no control characters')
  // Some browsers state the folder on the user's disk as well.
  .transform((given) => given.split(/[\\/]/).at(-1) ?? given)
  .refine((name) => name.trim() !== '', 'must be the name of a file, not of a folder');

/** What a browser announces before it uploads; type and size are what its purpose allows. */
export const newUpload = z
  .strictObject({
    purpose: z.enum(purposeNames, `must be one of ${purposeNames.join(', ')}`),
    fileName,
    contentType: z.string(),
    size: z.int('must be the whole number of bytes').min(1, 'must be 1 at least: an empty file is not uploaded'),
    /** As `start-recording` answered it. */
    recordingId: z.guid('must be the id of a recording, a UUID').optional(),
  })
  .superRefine(({ purpose, contentType, size, recordingId }, { addIssue }) => {
    const { contentTypes, largestBytes } = purposes[purpose];
    const refuse = (field: string, message: string) => addIssue({ code: 'custom', path: [field], message });
    if (!contentTypes.some((allowed) => allowed === contentType))
      refuse('contentType', `must be one of ${contentTypes.join(', ')}`);
    if (size > largestBytes) refuse('size', `must be ${largestBytes} bytes at most`);
    if (recordingId !== undefined && purpose !== 'recording') refuse('recordingId', 'is for recordings only');
  });

export type NewUploadBody = z.infer<typeof newUpload>;

/** Ours have about 700 characters. */
export const confirmation = z.strictObject({ ticket: z.string().max(4096, 'must be the ticket of an upload') });

export const uploadId = z.guid('must be the id of an upload, a UUID');
