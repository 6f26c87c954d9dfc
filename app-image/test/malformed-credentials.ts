import { createHmac, randomUUID } from 'node:crypto';
import { loadEnvironment } from '../src/config/load';
import { Tokens } from '../src/identity/tokens';
import { call, signIn } from './faults/service';
import type { Credentials } from './malformed-requests';
import { stores } from './server-process';
import { connectPostgres } from './store-clients';

/** Several, as one asks a hundred times a minute at most. */
const administrators = Array.from({ length: 20 }, (_, index) => `admin-${index}@school.test`);

/** What a server needs to let them in. */
export const secrets = {
  ADMIN_USER_IDS: ['admin@example.com', ...administrators].join(','),
  VENDOR_API_KEY_PEPPER: 'a-pepper-of-the-tests-and-nobody-else',
  EXOTEL_WEBHOOK_TOKEN: 'the-token-of-exotel',
  WHATSAPP_APP_SECRET: 'the-app-secret-of-whatsapp',
  WHATSAPP_WEBHOOK_VERIFY_TOKEN: 'the-token-of-the-console',
  BULL_BOARD_USERNAME: 'operator',
  BULL_BOARD_PASSWORD: 'the-password-of-the-operators',
};

/** Those of administrators, of people whom nobody knows, of a vendor, of operators and of those who call back. */
export async function openCredentials(port: number): Promise<Credentials> {
  const tokens = new Tokens(loadEnvironment({ APP_ENV: 'test' }).environment);
  const postgres = await connectPostgres(await stores());
  const { rows } = await postgres.query<{ id: string }>(
    "INSERT INTO users (email, role) SELECT unnest($1::text[]), 'SUPERADMIN' RETURNING id",
    [administrators],
  );
  await postgres.end();
  const known = await Promise.all(rows.map(({ id }) => tokens.issue({ id, role: 'SUPERADMIN' })));
  const roles = Array.from({ length: 90 }, (_, index) => (index % 3 === 0 ? 'USER' : 'SUPERADMIN'));
  const strangers = await Promise.all(roles.map((role) => tokens.issue({ id: randomUUID(), role })));
  const key = await vendorKey(port);
  const operator = Buffer.from(`${secrets.BULL_BOARD_USERNAME}:${secrets.BULL_BOARD_PASSWORD}`).toString('base64');

  let asked = 0;
  return (path, body) => {
    const below = (prefix: string) => path.startsWith(prefix);
    if (below('/api/exotel')) return `x-exotel-token: ${secrets.EXOTEL_WEBHOOK_TOKEN}`;
    if (below('/api/v1/vendor')) return `x-api-key: ${key}`;
    if (below('/admin/queues')) return `authorization: Basic ${operator}`;
    if (below('/api/whatsapp')) return `x-hub-signature-256: sha256=${signatureOf(body)}`;
    asked += 1;
    // Not to sign out with: it would be the end of an administrator.
    const tokensHere = asked % 2 === 0 && !below('/api/auth') ? known : strangers;
    return `authorization: Bearer ${tokensHere[asked % tokensHere.length]}`;
  };
}

const signatureOf = (body: string) =>
  createHmac('sha256', secrets.WHATSAPP_APP_SECRET).update(Buffer.from(body, 'latin1')).digest('hex');

async function vendorKey(port: number): Promise<string> {
  const token = await signIn(port);
  const vendor = await call(port, '/api/admin/vendors', { token, body: { name: 'A vendor of the test' } });
  const issued = await call(port, `/api/admin/vendors/${vendor.answer.data.id}/keys`, { token, body: {} });
  return issued.answer.data.key;
}
