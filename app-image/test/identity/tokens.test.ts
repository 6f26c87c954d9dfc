import { createHmac, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { RefusedToken, Tokens } from '../../src/identity/tokens';

const secret = 'a-secret-of-more-than-thirty-two-characters';
const tokens = new Tokens({ JWT_SECRET: secret, JWT_EXPIRES_IN: 900 });
const user = { id: randomUUID(), role: 'ADMIN' } as const;

const problemOf = async (token: string) => {
  const error = await tokens.verify(token).catch((thrown: unknown) => thrown);
  return error instanceof RefusedToken ? error.problem : `accepted or failed: ${String(error)}`;
};

const claims = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token as we would sign it, but for what is stated. */
function signed({ alg = 'HS256', key = secret, ...change }: Record<string, unknown> = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const good = { sub: user.id, role: user.role, jti: randomUUID(), iat: now, exp: now + 60 };
  return new SignJWT({ ...good, iss: 'mr-mentor-backend', aud: 'mr-mentor', ...change })
    .setProtectedHeader({ alg: String(alg) })
    .sign(Buffer.from(String(key)));
}

it('says who it was issued to, for as long as was configured', async () => {
  const before = Date.now();
  const token = await tokens.issue(user);
  const identity = await tokens.verify(token);
  expect(identity).toMatchObject({ userId: user.id, role: 'ADMIN', tokenId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  expect(identity.issuedAt).toBeGreaterThanOrEqual(before);
  expect(identity.issuedAt).toBeLessThanOrEqual(Date.now());
  expect(identity.expiresAt - identity.issuedAt).toBeGreaterThan(899_000);
  expect(identity.expiresAt - identity.issuedAt).toBeLessThanOrEqual(900_000);
  expect(Object.keys(claims(token)).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'jti', 'role', 'sub']);
});

it('never issues two of one id', async () => {
  const [one, other] = await Promise.all([tokens.issue(user), tokens.issue(user)]);
  expect(claims(one).jti).not.toBe(claims(other).jti);
});

it('takes what another process with the same secret issued', async () => {
  const other = new Tokens({ JWT_SECRET: secret, JWT_EXPIRES_IN: 60 });
  expect(await tokens.verify(await other.issue(user))).toMatchObject({ userId: user.id });
});

it('tells an expired token apart, after a tolerance of seconds for clocks', async () => {
  const now = Math.floor(Date.now() / 1000);
  expect(await tokens.verify(await signed({ exp: now - 2 }))).toMatchObject({ userId: user.id });
  expect(await problemOf(await signed({ exp: now - 7 }))).toBe('expired');
  expect(await problemOf(await signed({ exp: now - 7, key: 'x'.repeat(32) }))).toBe('invalid');
});

it.each<[string, Record<string, unknown>]>([
  ['another key', { key: 'another-secret-of-more-than-thirty-two' }],
  ['HS512 with our key', { alg: 'HS512', key: secret.repeat(2) }],
  ['another issuer', { iss: 'somebody' }],
  ['another audience', { aud: 'somebody' }],
  ['a role that does not exist', { role: 'ROOT' }],
  ['no role', { role: undefined }],
  ['no subject', { sub: undefined }],
  ['no id', { jti: undefined }],
  ['no time of issue', { iat: undefined }],
  ['no end', { exp: undefined }],
])('refuses a token with %s', async (_title, change) => {
  expect(await problemOf(await signed(change))).toBe('invalid');
});

it('refuses a token that says it needs no signature, one that was altered, and no token at all', async () => {
  const [header = '', payload = '', signature = ''] = (await tokens.issue(user)).split('.');
  const unsigned = `${part({ alg: 'none', typ: 'JWT' })}.${payload}.`;
  const promoted = part({ ...JSON.parse(Buffer.from(payload, 'base64url').toString()), role: 'SUPERADMIN' });
  const hs384 = part({ alg: 'HS384' });
  const resigned = createHmac('sha384', secret).update(`${hs384}.${payload}`).digest('base64url');
  for (const token of [
    unsigned,
    `${header}.${promoted}.${signature}`,
    `${hs384}.${payload}.${resigned}`,
    '',
    'a.b.c',
    'x',
  ])
    expect(await problemOf(token)).toBe('invalid');
});
