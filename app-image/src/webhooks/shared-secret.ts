import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Of this process: digests of it say nothing to anybody. */
const key = randomBytes(32);
const digest = (text: string) => createHmac('sha256', key).update(text).digest();

/** Takes the same time wherever the two begin to differ, and of whatever length what was shown is. */
export const isSame = (shown: string, secret: string): boolean => timingSafeEqual(digest(shown), digest(secret));

/** @param signature as Meta writes it into X-Hub-Signature-256: `sha256=` and 64 hexadecimal digits */
export function isSigned(body: Buffer, signature: string | undefined, secret: string): boolean {
  const [, hex] = /^sha256=([0-9a-f]{64})$/i.exec(signature ?? '') ?? [];
  if (hex === undefined) return false;
  return timingSafeEqual(Buffer.from(hex, 'hex'), createHmac('sha256', secret).update(body).digest());
}
