import { randomUUID, webcrypto } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Environment } from '../config/contract';
import type { Role } from '../database/entities';
import { isRole } from './roles';

/** Who a request comes from, as the token says. */
export interface Identity {
  readonly userId: string;
  readonly role: Role;
  readonly tokenId: string;
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export type TokenProblem = 'expired' | 'invalid';

export class RefusedToken extends Error {
  constructor(readonly problem: TokenProblem) {
    super(`The token is ${problem}`);
    this.name = 'RefusedToken';
  }
}

const algorithm = 'HS256';
const issuer = 'mr-mentor-backend';
const audience = 'mr-mentor';
/** Clocks of two hosts differ by this much at most. */
export const clockToleranceSeconds = 5;

const options = {
  algorithms: [algorithm],
  issuer,
  audience,
  clockTolerance: clockToleranceSeconds,
  requiredClaims: ['sub', 'jti', 'iat', 'exp'],
};

/** Access tokens: there are no refresh tokens, so whoever is signed in signs in again when this one ends. */
export class Tokens {
  readonly lifetimeSeconds: number;
  private readonly key: Promise<webcrypto.CryptoKey>;

  constructor({ JWT_SECRET, JWT_EXPIRES_IN }: Pick<Environment, 'JWT_SECRET' | 'JWT_EXPIRES_IN'>) {
    this.lifetimeSeconds = JWT_EXPIRES_IN;
    // Once: given bytes, the library would import them again for every token.
    this.key = webcrypto.subtle.importKey('raw', Buffer.from(JWT_SECRET), { name: 'HMAC', hash: 'SHA-256' }, false, [
      'sign',
      'verify',
    ]);
  }

  async issue(user: { readonly id: string; readonly role: Role }): Promise<string> {
    // With milliseconds, or a sign-in in the second of a sign-out everywhere would be signed out, too.
    const issuedAt = Date.now() / 1000;
    return new SignJWT({ role: user.role })
      .setProtectedHeader({ alg: algorithm, typ: 'JWT' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(user.id)
      .setJti(randomUUID())
      .setIssuedAt(issuedAt)
      .setExpirationTime(Math.floor(issuedAt) + this.lifetimeSeconds)
      .sign(await this.key);
  }

  /** @throws RefusedToken */
  async verify(token: string): Promise<Identity> {
    const key = await this.key;
    try {
      const { payload } = await jwtVerify(token, key, options);
      return identityOf(payload);
    } catch (error) {
      throw new RefusedToken(error instanceof errors.JWTExpired ? 'expired' : 'invalid');
    }
  }
}

function identityOf({ sub, jti, iat, exp, role }: JWTPayload): Identity {
  if (!sub || !jti || iat === undefined || exp === undefined || !isRole(role)) throw new RefusedToken('invalid');
  return { userId: sub, role, tokenId: jti, issuedAt: iat * 1000, expiresAt: exp * 1000 };
}
