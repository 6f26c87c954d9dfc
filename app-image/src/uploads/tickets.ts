import { hkdfSync } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { Environment } from '../config/contract';
import { HttpError } from '../http/errors';

/** What a browser said that it would upload, and where to. */
const announced = z.object({
  uploadId: z.guid(),
  userId: z.guid(),
  purpose: z.string(),
  key: z.string(),
  fileName: z.string(),
  contentType: z.string(),
  size: z.number(),
  recordingId: z.guid().nullable(),
});
export type Announced = Readonly<z.infer<typeof announced>>;

const algorithm = 'HS256';
/** The largest file, 5 GiB, takes six hours at 2 Mbit/s. */
export const ticketSeconds = 6 * 3600;

/**
 * A pending upload is remembered by its owner, not by us: a signed ticket needs no store that could be flushed, and
 * nothing is to be cleared away when nobody comes back.
 */
export class Tickets {
  private readonly key: Uint8Array;

  constructor({ JWT_SECRET }: Pick<Environment, 'JWT_SECRET'>) {
    // A key of their own: no ticket is ever an access token, nor the other way round.
    this.key = new Uint8Array(hkdfSync('sha256', JWT_SECRET, '', 'mr-mentor upload ticket', 32));
  }

  issue(upload: Announced): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ upload })
      .setProtectedHeader({ alg: algorithm })
      .setIssuedAt(now)
      .setExpirationTime(now + ticketSeconds)
      .sign(this.key);
  }

  /** @throws HttpError 400 for one that is not ours, 410 for one that is too old */
  async verify(ticket: string): Promise<Announced> {
    try {
      const { payload } = await jwtVerify(ticket, this.key, { algorithms: [algorithm], requiredClaims: ['exp'] });
      return announced.parse(payload.upload);
    } catch (error) {
      if (error instanceof errors.JWTExpired)
        throw new HttpError(410, 'TICKET_EXPIRED', 'The upload took too long: ask for a new one');
      throw new HttpError(400, 'TICKET_INVALID', 'This is no ticket of an upload: send the one that came with its URL');
    }
  }
}
