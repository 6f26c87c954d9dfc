import type { RequestHandler, Router } from 'express';
import { SignJWT } from 'jose';
import { freshDatabase, freshRedis } from '../stores';
import { connected, type Parts, type Stack, startStack } from './stack';

let stack: Stack;
let closeStores: () => Promise<unknown>;

function addRoutes(router: Router, { identity: { guards } }: Parts): void {
  router.get('/open', (request, response) => {
    response.json({ userId: request.identity?.userId ?? null, role: request.identity?.role ?? null });
  });
  const ok: RequestHandler = (_request, response) => {
    response.json({ success: true });
  };
  router.get('/users', guards.requireUser, ok);
  router.get('/sales', guards.requireRole('SALES', 'ADMIN'), ok);
  router.get('/operations', guards.requireAdminOperations, ok);
}

const listedEmail = 'listed@school.test';
const listedId = '6f1f4a52-7a3e-4f0b-9a50-0d6f3f1f7a11';

beforeAll(async () => {
  const [postgres, redis] = await Promise.all([freshDatabase(), freshRedis()]);
  closeStores = () => Promise.all([postgres.close(), redis.close()]);
  const stores = { ...postgres.environment, ...redis.environment };
  stack = await startStack({ ...stores, ADMIN_USER_IDS: `${listedId.toUpperCase()}, Listed@School.test` }, addRoutes);
  await connected(stack);
});
afterAll(async () => {
  await stack?.close();
  await closeStores?.();
});

const expired = () =>
  new SignJWT({ role: 'USER', exp: Math.floor(Date.now() / 1000) - 60 })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('6f1f4a52-7a3e-4f0b-9a50-0d6f3f1f7a11')
    .setJti('1')
    .setIssuedAt()
    .setIssuer('mr-mentor-backend')
    .setAudience('mr-mentor')
    .sign(Buffer.from(stack.environment.JWT_SECRET));

it('knows who shows a valid token, and refuses nobody for one that is not', async () => {
  const { id, token } = await stack.addUser('EXPERT');
  expect((await stack.call('/open', { token })).body).toEqual({ userId: id, role: 'EXPERT' });
  const nobody = { userId: null, role: null };
  for (const authorization of [
    `Bearer ${await expired()}`,
    'Bearer x',
    'Bearer',
    `Basic ${token}`,
    token,
    'Bearer a b',
  ])
    expect((await stack.call('/open', { headers: { authorization } })).body).toEqual(nobody);
  expect((await stack.call('/open')).body).toEqual(nobody);
  expect((await stack.call('/open', { headers: { authorization: `bearer  ${token}` } })).body).toMatchObject({
    userId: id,
  });
});

it('tells no token, a bad one and an expired one apart in the code only', async () => {
  const { token } = await stack.addUser();
  expect(await stack.call('/users', { token })).toMatchObject({ status: 200 });
  const cases = [
    [undefined, 'UNAUTHORIZED', 'Bearer'],
    [`${token}x`, 'UNAUTHORIZED', 'Bearer error="invalid_token"'],
    [await expired(), 'TOKEN_EXPIRED', 'Bearer error="invalid_token"'],
  ] as const;
  for (const [shown, code, challenge] of cases) {
    const { status, body, headers } = await stack.call('/users', { token: shown });
    expect({ status, code: body.code, challenge: headers.get('www-authenticate') }).toEqual({
      status: 401,
      code,
      challenge,
    });
    expect(body).toMatchObject({ success: false, message: expect.any(String) });
  }
});

it('admits the roles that are stated, and no token that was revoked', async () => {
  const [sales, user, superadmin] = await Promise.all([
    stack.addUser('SALES'),
    stack.addUser('USER'),
    stack.addUser('SUPERADMIN'),
  ]);
  expect(await stack.call('/sales', { token: sales.token })).toMatchObject({ status: 200 });
  for (const { token } of [user, superadmin])
    expect(await stack.call('/sales', { token })).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  expect(await stack.call('/sales')).toMatchObject({ status: 401 });

  // Whatever their tokens still say.
  const [left, changed] = await Promise.all([stack.addUser('SALES'), stack.addUser('SALES')]);
  await stack.database.query('UPDATE users SET "isActive" = false WHERE id = $1', [left.id]);
  await stack.database.query(`UPDATE users SET role = 'USER' WHERE id = $1`, [changed.id]);
  for (const { token } of [left, changed])
    expect(await stack.call('/sales', { token })).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });

  await stack.call('/auth/logout', { method: 'POST', token: sales.token });
  expect(await stack.call('/sales', { token: sales.token })).toMatchObject({
    status: 401,
    body: { code: 'TOKEN_REVOKED' },
  });
});

it('keeps admin operations to the administrators that are listed, by address or id', async () => {
  const byEmail = await stack.addUser('ADMIN', { email: listedEmail });
  const byId = await stack.addUser('SUPERADMIN');
  await stack.database.query('UPDATE users SET id = $2 WHERE id = $1', [byId.id, listedId]);
  const idToken = await stack.identity.tokens.issue({ id: listedId, role: 'SUPERADMIN' });
  expect(await stack.call('/operations', { token: byEmail.token })).toMatchObject({ status: 200 });
  expect(await stack.call('/operations', { token: idToken })).toMatchObject({ status: 200 });

  const other = await stack.addUser('SUPERADMIN');
  expect(await stack.call('/operations', { token: other.token })).toMatchObject({
    status: 403,
    body: { code: 'FORBIDDEN' },
  });
  expect(await stack.call('/operations')).toMatchObject({ status: 401 });

  // Whatever the token still says.
  await stack.database.query(`UPDATE users SET role = 'USER' WHERE id = $1`, [byEmail.id]);
  expect(await stack.call('/operations', { token: byEmail.token })).toMatchObject({ status: 403 });
  await stack.database.query(`UPDATE users SET "isActive" = false WHERE id = $1`, [listedId]);
  expect(await stack.call('/operations', { token: idToken })).toMatchObject({ status: 403 });
});
