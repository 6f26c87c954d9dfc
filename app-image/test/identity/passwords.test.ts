import { type ScryptOptions, scrypt, scryptSync } from 'node:crypto';
import { promisify } from 'node:util';
import { LineTooLong } from '../../src/identity/gate';
import { type Derive, Passwords } from '../../src/identity/passwords';

const derive: Derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** Counts what every verification costs, as an observer with a clock would. */
function recorded() {
  const costs: Pick<ScryptOptions, 'N' | 'r' | 'p'>[] = [];
  const passwords = new Passwords((password, salt, length, options) => {
    costs.push({ N: options.N, r: options.r, p: options.p });
    return derive(password, salt, length, options);
  });
  return { passwords, costs };
}

const today = { N: 2 ** 14, r: 8, p: 5 };

/** A hash of another day. */
function hashed(password: string, ln: number, r: number, p: number): string {
  const salt = Buffer.alloc(16, 7);
  const hash = scryptSync(password, salt, 32, { N: 2 ** ln, r, p, maxmem: 2 ** 28 });
  const encode = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  return `$scrypt$ln=${ln},r=${r},p=${p}$${encode(salt)}$${encode(hash)}`;
}

it('knows a password again, and no other', async () => {
  const passwords = new Passwords();
  const hash = await passwords.hash('Grüße, Straße 7');
  expect(hash).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(await passwords.verify('Grüße, Straße 7', hash)).toEqual({ matches: true, outdated: false });
  expect(await passwords.verify('Grüße, Straße 7'.normalize('NFD'), hash)).toMatchObject({ matches: true });
  expect(await passwords.verify('grüße, Straße 7', hash)).toMatchObject({ matches: false });
});

it('salts: one password has many hashes', async () => {
  const passwords = new Passwords();
  expect(await passwords.hash('the same')).not.toBe(await passwords.hash('the same'));
});

it.each([
  ['cheaper', 12, 8, 1],
  ['dearer in memory, beyond what Node allows unasked', 16, 8, 1],
])('takes a hash that is %s, and says that it is outdated', async (_title, ln, r, p) => {
  const hash = hashed('of another day', ln, r, p);
  expect(await new Passwords().verify('of another day', hash)).toEqual({ matches: true, outdated: true });
  expect(await new Passwords().verify('of this day', hash)).toMatchObject({ matches: false });
});

it.each([
  ['nobody', null],
  ['a hash that is none of ours', '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy'],
  ['a hash that was cut off', '$scrypt$ln=14,r=8,p=5$AAAA'],
])('costs for %s what it costs for a user, and matches nothing', async (_title, hash) => {
  const { passwords, costs } = recorded();
  const real = await new Passwords().hash('x');
  await passwords.verify('x', real);
  expect(await passwords.verify('x', hash)).toMatchObject({ matches: false });
  expect(costs).toEqual([today, today]);
});

it('leaves two of the four threads to everything else', async () => {
  let running = 0;
  let most = 0;
  const passwords = new Passwords(async (_password, _salt, length) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise(setImmediate);
    running -= 1;
    return Buffer.alloc(length);
  });
  const hashes = await Promise.all(Array.from({ length: 20 }, () => passwords.hash('x')));
  expect(hashes).toHaveLength(20);
  expect(most).toBe(2);
});

it('lets the next one in when one fails', async () => {
  let calls = 0;
  const passwords = new Passwords(async (_password, _salt, length) => {
    calls += 1;
    if (calls <= 2) throw new Error('out of memory');
    return Buffer.alloc(length);
  });
  const results = await Promise.allSettled(Array.from({ length: 5 }, () => passwords.hash('x')));
  expect(results.map(({ status }) => status).sort()).toEqual([
    ...Array(3).fill('fulfilled'),
    ...Array(2).fill('rejected'),
  ]);
});

it('hashes two at a time, lets twenty wait, and sends the others away', async () => {
  const passwords = new Passwords(() => new Promise(() => {}));
  for (let index = 0; index < 22; index += 1) void passwords.verify('x', null);
  await expect(passwords.verify('x', null)).rejects.toThrow(LineTooLong);
});
