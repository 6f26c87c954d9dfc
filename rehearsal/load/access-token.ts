import { createHmac, randomUUID } from 'node:crypto';

export interface TokenOwner {
  readonly id: string;
  readonly role: 'USER' | 'EXPERT' | 'ADMIN' | 'SUPERADMIN';
}

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

/** As the platform's own sign-in issues it (HS256), so that a thousand people need not sign in first. */
export function accessToken({ id, role }: TokenOwner, secret: string, lifetimeSeconds: number): string {
  const issuedAt = Math.floor(Date.now() / 1000);
  const claims = {
    ...{ iss: 'mr-mentor-backend', aud: 'mr-mentor', sub: id, role, jti: randomUUID() },
    ...{ iat: issuedAt, exp: issuedAt + lifetimeSeconds },
  };
  const signed = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
