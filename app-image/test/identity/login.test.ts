import { LineTooLong } from '../../src/identity/gate';
import { Passwords } from '../../src/identity/passwords';
import { freshDatabase, freshRedis } from '../stores';
import { connected, type Stack, startStack } from './stack';

let stack: Stack;
let closeStores: () => Promise<unknown>;

beforeAll(async () => {
  const [postgres, redis] = await Promise.all([freshDatabase(), freshRedis()]);
  closeStores = () => Promise.all([postgres.close(), redis.close()]);
  stack = await startStack({ ...postgres.environment, ...redis.environment });
  await connected(stack);
});
afterAll(async () => {
  await stack?.close();
  await closeStores?.();
});

const login = (email: string, password = stack.password) => stack.call('/auth/login', { body: { email, password } });
const tokenIn = ({ body }: { body: unknown }) => (body as { data: { token: string } }).data.token;

it('gives a token for the right password, whatever the case of the address', async () => {
  const { id, email } = await stack.addUser('SALES', { email: 'asha@school.test' });
  const { status, body, headers } = await login(' Asha@School.TEST ');
  expect(status).toBe(200);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(body).toEqual({
    success: true,
    data: {
      token: expect.stringMatching(/^eyJ/),
      tokenType: 'Bearer',
      expiresIn: 900,
      user: { id, email, role: 'SALES', fullName: null },
    },
  });
  const me = await stack.call('/auth/me', { token: tokenIn({ body }) });
  expect(me).toMatchObject({
    status: 200,
    body: { success: true, data: { id, email, role: 'SALES', fullName: null } },
  });
  expect(await stack.loginEvents(email)).toMatchObject([
    { userId: id, kind: 'password', succeeded: true, ip: '127.0.0.1', requestId: expect.any(String) },
  ]);
});

it('gives one and the same answer for an unknown address, a wrong password and a user who is not active', async () => {
  const active = await stack.addUser();
  const inactive = await stack.addUser('USER', { isActive: false });
  const answers = [
    await login('nobody@school.test'),
    await login(active.email, 'wrong'),
    await login(inactive.email),
    await login(inactive.email, 'wrong'),
  ];
  for (const { status, body, headers } of answers) {
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer');
    expect({ ...body, requestId: '' }).toEqual({ ...answers[0]?.body, requestId: '' });
    expect(body).toMatchObject({ success: false, code: 'INVALID_CREDENTIALS' });
  }
  expect(await stack.loginEvents('nobody@school.test')).toMatchObject([{ userId: null, succeeded: false }]);
  expect(await stack.loginEvents(active.email)).toMatchObject([{ userId: active.id, succeeded: false }]);
  expect(await stack.loginEvents(inactive.email)).toMatchObject([{ succeeded: false }, { succeeded: false }]);
});

it('refuses a user without a password, who comes through Google only', async () => {
  const { id, email } = await stack.addUser();
  await stack.database.query('UPDATE users SET "passwordHash" = NULL WHERE id = $1', [id]);
  expect(await login(email, '')).toMatchObject({ status: 400 });
  expect(await login(email, 'null')).toMatchObject({ status: 401, body: { code: 'INVALID_CREDENTIALS' } });
});

it('hashes the password anew when its hash is of another day', async () => {
  const { id, email } = await stack.addUser();
  const hashOf = async () => {
    const [user] = await stack.database.query<{ passwordHash: string }>(
      'SELECT "passwordHash" FROM users WHERE id = $1',
      [id],
    );
    return user?.passwordHash;
  };
  // "open sesame" with ln=10: computed by Python's hashlib.scrypt.
  const old = '$scrypt$ln=10,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$IZ8jzfpPfyzD0fc9NyW4XnErzXWViSR0Owu7k1qR6kY';
  await stack.database.query('UPDATE users SET "passwordHash" = $2 WHERE id = $1', [id, old]);
  expect(await login(email, 'wrong')).toMatchObject({ status: 401 });
  expect(await hashOf()).toBe(old);
  expect(await login(email, 'open sesame')).toMatchObject({ status: 200 });
  expect(await hashOf()).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$/);
  expect(await login(email, 'open sesame')).toMatchObject({ status: 200 });
});

it.each<[string, unknown]>([
  ['nothing', undefined],
  ['no password', { email: 'a@school.test' }],
  ['a password of 201 characters', { email: 'a@school.test', password: 'x'.repeat(201) }],
  ['an address that is none', { email: 'school.test', password: 'x' }],
  ['an address with a zero byte', { email: 'a\0@school.test', password: 'x' }],
  ['an address of megabytes', { email: `${'a'.repeat(90_000)}@school.test`, password: 'x' }],
  ['objects where text has to be', { email: { $ne: null }, password: ['x'] }],
])('answers 400 for %s', async (_title, body) => {
  const { status, body: answer } = await stack.call('/auth/login', { method: 'POST', body });
  expect(status).toBe(400);
  expect(answer).toMatchObject({ success: false, code: 'VALIDATION_FAILED' });
  expect((answer.fields as unknown[]).length).toBeGreaterThan(0);
});

it('signs this token out, and no other of the user', async () => {
  const { email, token } = await stack.addUser();
  const other = tokenIn(await login(email));
  expect(await stack.call('/auth/logout', { method: 'POST', token })).toMatchObject({ status: 200 });
  const { status, body, headers } = await stack.call('/auth/me', { token });
  expect(status).toBe(401);
  expect(body).toMatchObject({ success: false, code: 'TOKEN_REVOKED' });
  expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  expect(await stack.call('/auth/me', { token: other })).toMatchObject({ status: 200 });
  expect(await stack.call('/auth/logout', { method: 'POST', token })).toMatchObject({ status: 401 });
});

it('signs a user out everywhere, and lets them in again at once', async () => {
  const { email, token } = await stack.addUser();
  const bystander = await stack.addUser();
  const other = tokenIn(await login(email));
  expect(await stack.call('/auth/logout', { token, body: { everywhere: true } })).toMatchObject({ status: 200 });
  for (const gone of [token, other])
    expect(await stack.call('/auth/me', { token: gone })).toMatchObject({
      status: 401,
      body: { code: 'TOKEN_REVOKED' },
    });
  expect(await stack.call('/auth/me', { token: tokenIn(await login(email)) })).toMatchObject({ status: 200 });
  expect(await stack.call('/auth/me', { token: bystander.token })).toMatchObject({ status: 200 });
});

it('shows a user as they are now, and nobody who is not active any more', async () => {
  const { id, token } = await stack.addUser();
  await stack.database.query('UPDATE users SET role = $2, "fullName" = $3 WHERE id = $1', [id, 'EXPERT', 'Asha Rao']);
  const shown = await stack.call('/auth/me', { token });
  expect(shown.body).toMatchObject({ data: { role: 'EXPERT', fullName: 'Asha Rao' } });
  expect(JSON.stringify(shown.body)).not.toContain('scrypt');
  await stack.database.query('UPDATE users SET "isActive" = false WHERE id = $1', [id]);
  expect(await stack.call('/auth/me', { token })).toMatchObject({ status: 401, body: { code: 'UNAUTHORIZED' } });
});

it('signs in although the attempt cannot be recorded, and says so', async () => {
  const { email } = await stack.addUser();
  await stack.database.query('ALTER TABLE login_events RENAME TO login_events_away');
  try {
    expect(await login(email)).toMatchObject({ status: 200 });
    expect(await login(email, 'wrong')).toMatchObject({ status: 401 });
  } finally {
    await stack.database.query('ALTER TABLE login_events_away RENAME TO login_events');
  }
  expect(stack.logs.filter(({ msg }) => msg === 'a login was not recorded')).toHaveLength(2);
});

it('has no master login where none is configured', async () => {
  const body = { email: 'a@school.test', masterPassword: 'x', totp: '123456' };
  const { status, body: answer } = await stack.call('/auth/master-login', { body });
  const { body: nothing } = await stack.call('/auth/there-is-no-such-path', { body });
  expect(status).toBe(404);
  expect({ ...answer, requestId: '' }).toEqual({ ...nothing, requestId: '' });
});

it('writes no password and no token to the log', async () => {
  const { email, token } = await stack.addUser();
  await login(email);
  await stack.call('/auth/logout', { method: 'POST', token });
  const all = JSON.stringify(stack.logs);
  expect(all).not.toContain(stack.password);
  expect(all).not.toContain('eyJ');
});

it('says that it is busy when the line is too long, and records nothing', async () => {
  jest.spyOn(Passwords.prototype, 'verify').mockRejectedValueOnce(new LineTooLong());
  const address = 'impatient@school.test';
  const { status, headers, body } = await login(address, 'x');
  expect({ status, code: body.code }).toEqual({ status: 503, code: 'BUSY' });
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await stack.loginEvents(address)).toEqual([]);
});
