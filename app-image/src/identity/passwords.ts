import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { Gate } from './gate';

interface Cost {
  /** Binary logarithm of scrypt's N. */
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

export type Derive = (password: string, salt: Buffer, length: number, options: ScryptOptions) => Promise<Buffer>;

export interface Verdict {
  readonly matches: boolean;
  /** Made with other parameters than today's: hash the password again while it is known. */
  readonly outdated: boolean;
}

/**
 * OWASP, Password Storage Cheat Sheet, scrypt: N = 2^14 (16 MiB), r = 8, p = 5.
 * https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt
 */
const today: Cost = { ln: 14, r: 8, p: 5 };
const saltBytes = 16;
const hashBytes = 32;
/** scrypt takes one of libuv's four threads for long, and tokens are verified on these threads as well. */
const atOnce = 2;
/** Some seconds' work: whoever comes later would wait longer than a page does. */
const longestLine = 20;

const stored = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22,86})\$([A-Za-z0-9+/]{43,86})$/;

/** As other implementations write it: base64 without padding. */
const encode = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
const write = ({ ln, r, p }: Cost, salt: Buffer, hash: Buffer) =>
  `$scrypt$ln=${ln},r=${r},p=${p}$${encode(salt)}$${encode(hash)}`;

/** What nobody's password matches, with today's parameters. */
const nobody = write(today, randomBytes(saltBytes), randomBytes(hashBytes));

export class Passwords {
  private readonly gate = new Gate(atOnce, longestLine);

  constructor(private readonly derive: Derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt)) {}

  async hash(password: string): Promise<string> {
    const salt = randomBytes(saltBytes);
    return write(today, salt, await this.key(password, salt, hashBytes, today));
  }

  /** Takes as long for a user who does not exist, or whose hash is not one of ours, as for any other. */
  async verify(password: string, hash: string | null): Promise<Verdict> {
    const known = stored.exec(hash ?? '');
    const [, ln, r, p, salt = '', expected = ''] = known ?? stored.exec(nobody) ?? [];
    const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
    const expectedBytes = Buffer.from(expected, 'base64');
    const actual = await this.key(password, Buffer.from(salt, 'base64'), expectedBytes.length, cost);
    const outdated = cost.ln !== today.ln || cost.r !== today.r || cost.p !== today.p;
    return { matches: timingSafeEqual(actual, expectedBytes) && known !== null, outdated };
  }

  private key(password: string, salt: Buffer, length: number, { ln, r, p }: Cost): Promise<Buffer> {
    const N = 2 ** ln;
    // Node refuses what needs more than 32 MiB, which hashes of a dearer day do.
    const maxmem = 128 * r * (N + p) * 2;
    // Two keyboards write one é differently.
    return this.gate.run(() => this.derive(password.normalize('NFKC'), salt, length, { N, r, p, maxmem }));
  }
}
