import type { Format } from '../variable';

/** A name of the IANA time zone database. */
export const timeZone = {
  type: 'text',
  pattern: /^[A-Z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+){0,2}$/,
  example: 'Asia/Kolkata',
} as const satisfies Format;

/** As WhatsApp names the languages of its templates. */
export const languageCode = {
  type: 'text',
  pattern: /^[a-z]{2,3}(_[A-Z]{2})?$/,
  example: 'en_US',
} as const satisfies Format;
