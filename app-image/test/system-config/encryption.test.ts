import { randomBytes } from 'node:crypto';
import { Encryption, UndecryptableValue } from '../../src/system-config/encryption';

const key = randomBytes(32);
const encryption = new Encryption(key.toString('base64'));
const value = '{"token":"sehr geheim – ₹"}';

function refusal(row: string, text: string, by = encryption): Error {
  try {
    by.decrypt(row, text);
  } catch (error) {
    return error as Error;
  }
  throw new Error('It was decrypted.');
}

it('gives back what it was given, whichever way the key is written', () => {
  const text = encryption.encrypt('a_row', value);
  expect(text).toMatch(/^v1:[A-Za-z0-9+/]{16}:[A-Za-z0-9+/]{22}==:[A-Za-z0-9+/]+={0,2}$/);
  expect(text).not.toContain(Buffer.from(value).toString('base64'));
  expect(encryption.decrypt('a_row', text)).toBe(value);
  expect(new Encryption(key.toString('hex')).decrypt('a_row', text)).toBe(value);
  expect(encryption.decrypt('a_row', encryption.encrypt('a_row', ''))).toBe('');
});

it('writes the same value differently each time', () => {
  expect(encryption.encrypt('a_row', value)).not.toBe(encryption.encrypt('a_row', value));
});

it('refuses a ciphertext of another row, and one that another key made', () => {
  const text = encryption.encrypt('a_row', value);
  expect(refusal('another_row', text)).toBeInstanceOf(UndecryptableValue);
  expect(refusal('a_row', text, new Encryption(randomBytes(32).toString('hex')))).toBeInstanceOf(UndecryptableValue);
});

it('refuses whatever was altered, in each of its parts', () => {
  const [version = '', ...parts] = encryption.encrypt('a_row', value).split(':');
  const altered = parts.map((_, altering) => {
    const bytes = parts.map((part) => Buffer.from(part, 'base64'));
    bytes[altering]?.writeUInt8((bytes[altering]?.readUInt8(0) ?? 0) ^ 1, 0);
    return [version, ...bytes.map((part) => part.toString('base64'))].join(':');
  });
  const [iv = '', tag = '', ciphertext = ''] = parts;
  const shortTag = Buffer.from(tag, 'base64').subarray(0, 4).toString('base64');
  const others = [`v2:${iv}:${tag}:${ciphertext}`, `v1:${iv}:${shortTag}:${ciphertext}`, `v1:${iv}:${tag}`, value, ''];
  for (const text of [...altered, ...others]) expect(refusal('a_row', text)).toBeInstanceOf(UndecryptableValue);
});

it('says which row, why and what to do, and no value', () => {
  const text = encryption.encrypt('a_row', value);
  const { message } = refusal('a_row', `${text.slice(0, -8)}AAAAAAA=`);
  expect(message).toBe(
    'system_configs row a_row cannot be decrypted: PLATFORM_ENCRYPTION_KEY is another one than it was encrypted with, ' +
      'or the row was altered; restore the key, or write the value again',
  );
});
