export const redacted = '[redacted]';

/** Three base64url parts, the first of which is a JSON object: a JWT, whoever issued it. */
const jwt = /eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/g;

const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Takes these secrets out of a text, and every JWT. @param secrets the longest first, as one may contain another */
export function withoutSecrets(secrets: readonly string[]): (text: string) => string {
  const known = secrets.length > 0 ? new RegExp(secrets.map(literally).join('|'), 'g') : undefined;
  return (text) => {
    const unknown = known ? text.replace(known, redacted) : text;
    return unknown.includes('eyJ') ? unknown.replace(jwt, redacted) : unknown;
  };
}
