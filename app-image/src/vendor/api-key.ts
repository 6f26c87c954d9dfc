import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';

/** `mvk_<id>_<secret>`: the id finds the row and tells people which key it is; the secret has 256 random bits. */
const written = /^mvk_([0-9a-f]{16})_[\w-]{43}$/;

export interface NewApiKey {
  readonly id: string;
  /** Shown once, and stored nowhere. */
  readonly key: string;
}

export function newApiKey(): NewApiKey {
  const id = randomBytes(8).toString('hex');
  return { id, key: `mvk_${id}_${randomBytes(32).toString('base64url')}` };
}

/** Undefined for what is no key at all. */
export const idOf = (key: string): string | undefined => written.exec(key)?.[1];

/**
 * One fast hash, unlike a password's: nobody guesses 256 random bits, however fast they may try, and every lead has to
 * pass it. The pepper keeps a stolen table from telling whether a found key is one of ours.
 */
export class KeyHash {
  private readonly pepper: KeyObject;

  constructor(pepper: string) {
    this.pepper = createSecretKey(Buffer.from(pepper));
  }

  of(key: string): Buffer {
    return createHmac('sha256', this.pepper).update(key).digest();
  }
}
