import type { Revocations } from '../identity/revocations';
import type { Identity, Tokens } from '../identity/tokens';
import type { RealtimeSocket } from './sockets';

export interface HandshakeProps {
  readonly tokens: Pick<Tokens, 'verify'>;
  readonly revocations: Pick<Revocations, 'isRevoked'>;
}

/**
 * A valid access token, as `auth.token` or as a bearer.
 * @throws Error whose message is UNAUTHORIZED or TOKEN_REVOKED, which the client sees
 */
export async function authenticate(
  { handshake: { auth, headers } }: RealtimeSocket,
  { tokens, revocations }: HandshakeProps,
): Promise<Identity> {
  const { token } = auth as { token?: unknown };
  const [, bearer] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? [];
  const shown = typeof token === 'string' ? token : bearer;
  if (shown === undefined) throw new Error('UNAUTHORIZED');
  const identity = await tokens.verify(shown).catch(() => {
    throw new Error('UNAUTHORIZED');
  });
  if (await revocations.isRevoked(identity)) throw new Error('TOKEN_REVOKED');
  return identity;
}
