import { redacted } from '../redaction';

/** One-time codes, links that reset a password, and the parameters of message templates, which may be either. */
const secretField = /(code|otp|pin|token|secret|password|link|url|parameters)$/i;

/** What of a job's payload may be shown. */
export function withoutSecretFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecretFields);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([field, inner]) => [field, secretField.test(field) ? redacted : withoutSecretFields(inner)]),
  );
}
