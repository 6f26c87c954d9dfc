import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const version = 'v1';
/** GCM's own size; random, which is good for far more values than the table will ever hold. */
const ivBytes = 12;
const tagBytes = 16;

export class UndecryptableValue extends Error {
  constructor(row: string, cause?: unknown) {
    const reasons = 'PLATFORM_ENCRYPTION_KEY is another one than it was encrypted with, or the row was altered';
    const remedy = 'restore the key, or write the value again';
    super(`system_configs row ${row} cannot be decrypted: ${reasons}; ${remedy}`, { cause });
    this.name = 'UndecryptableValue';
  }
}

/** AES-256-GCM, bound to the row: a ciphertext that was copied into another row does not decrypt there. */
export class Encryption {
  private readonly key: KeyObject;

  /** @param key 32 bytes, as base64 or 64 hexadecimal digits; the contract has seen to that */
  constructor(key: string) {
    this.key = createSecretKey(Buffer.from(key, /^[0-9a-f]{64}$/i.test(key) ? 'hex' : 'base64'));
  }

  encrypt(row: string, value: string): string {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv(algorithm, this.key, iv).setAAD(Buffer.from(row));
    const ciphertext = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
    return [version, ...[iv, cipher.getAuthTag(), ciphertext].map((part) => part.toString('base64'))].join(':');
  }

  /** @throws UndecryptableValue */
  decrypt(row: string, text: string): string {
    const [written, ...parts] = text.split(':');
    const [iv, tag, ciphertext] = parts.map((part) => Buffer.from(part, 'base64'));
    if (written !== version || iv?.length !== ivBytes || tag?.length !== tagBytes || ciphertext === undefined)
      throw new UndecryptableValue(row);
    try {
      const options = { authTagLength: tagBytes };
      const decipher = createDecipheriv(algorithm, this.key, iv, options).setAAD(Buffer.from(row)).setAuthTag(tag);
      return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
    } catch (error) {
      throw new UndecryptableValue(row, error);
    }
  }
}
