import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Environment } from '../config/contract';
import type { Database } from '../database/database';
import { HttpError } from '../http/errors';
import type { Logger } from '../log';
import { Outage } from '../outage';
import { idOf, KeyHash, type NewApiKey, newApiKey } from './api-key';

/** Whom a request with a valid key is from. */
export interface Vendor {
  readonly id: string;
  readonly name: string;
}

interface KnownKey {
  readonly vendor: Vendor;
  readonly hash: Buffer;
  /** Milliseconds since 1970. */
  lastUsedAt: number;
}

/** A key that another process revoked is refused here this much later, at most. */
export const revokedWithinMs = 30_000;
const lastUseEveryMs = 60_000;

const find = `
  SELECT vendors.id, vendors.name, hash, "lastUsedAt" FROM vendor_api_keys JOIN vendors ON vendors.id = "vendorId"
  WHERE vendor_api_keys.id = $1 AND "revokedAt" IS NULL`;
const issue = `
  INSERT INTO vendor_api_keys (id, "vendorId", hash) SELECT $1, id, $3 FROM vendors WHERE id = $2 RETURNING 1`;
const revoke = `
  UPDATE vendor_api_keys SET "revokedAt" = coalesce("revokedAt", now()) WHERE id = $1 AND "vendorId" = $2 RETURNING 1`;
const use = 'UPDATE vendor_api_keys SET "lastUsedAt" = now() WHERE id = $1';

/** What no key's hash is. */
const nothing = randomBytes(32);

export interface VendorKeysProps {
  readonly environment: Pick<Environment, 'VENDOR_API_KEY_PEPPER'>;
  readonly database: Pick<Database, 'read' | 'query'>;
  readonly log: Logger;
  /** For how long a key is taken without asking whether it was revoked. @default revokedWithinMs */
  readonly keptMs?: number;
}

/** Keys are kept for half a minute, so that a lead costs one statement. */
export class VendorKeys {
  private readonly hash: KeyHash | undefined;
  /** Of those that exist only: what anybody makes up takes no room. */
  private readonly known = new Map<string, { readonly key: Promise<KnownKey | undefined>; readonly until: number }>();
  private readonly outage: Outage;

  constructor(private readonly props: VendorKeysProps) {
    const { VENDOR_API_KEY_PEPPER: pepper } = props.environment;
    this.hash = pepper === undefined ? undefined : new KeyHash(pepper);
    this.outage = new Outage(props.log, 'the database is away: the last use of vendor keys is not noted');
  }

  /** @throws HttpError 401 for what is not the key of a vendor, whatever is wrong with it */
  async vendorOf(shown: string | undefined): Promise<Vendor> {
    const hash = this.configured();
    const id = idOf(shown ?? '');
    if (shown === undefined || id === undefined) throw refused();
    const shownHash = hash.of(shown);
    const key = await this.find(id);
    if (!timingSafeEqual(shownHash, key?.hash ?? nothing) || key === undefined) throw refused();
    this.noteUse(id, key);
    return key.vendor;
  }

  /** @returns undefined where there is no such vendor */
  async issue(vendorId: string): Promise<NewApiKey | undefined> {
    const hash = this.configured();
    const made = newApiKey();
    const rows = await this.props.database.query(issue, [made.id, vendorId, hash.of(made.key)]);
    return rows.length > 0 ? made : undefined;
  }

  /** Here at once, in other processes within `revokedWithinMs`. @returns whether there is such a key */
  async revoke(vendorId: string, id: string): Promise<boolean> {
    const rows = await this.props.database.query(revoke, [id, vendorId]);
    this.known.delete(id);
    return rows.length > 0;
  }

  /** @throws HttpError 503 while there is no pepper */
  private configured(): KeyHash {
    if (this.hash) return this.hash;
    throw new HttpError(
      503,
      'VENDOR_API_NOT_CONFIGURED',
      'The vendor API is not configured: set VENDOR_API_KEY_PEPPER to 32 random characters or more',
    );
  }

  private find(id: string): Promise<KnownKey | undefined> {
    const known = this.known.get(id);
    if (known && known.until > performance.now()) return known.key;
    const key = this.load(id);
    const entry = { key, until: performance.now() + (this.props.keptMs ?? revokedWithinMs) };
    this.known.set(id, entry);
    // All who come meanwhile wait for the same statement; a failed one is not kept.
    const forget = () => {
      if (this.known.get(id) === entry) this.known.delete(id);
    };
    key.then((found) => found ?? forget(), forget);
    return key;
  }

  private async load(id: string): Promise<KnownKey | undefined> {
    const [row] = await this.props.database.read<Vendor & { hash: Buffer; lastUsedAt: Date | null }>(find, [id]);
    if (row === undefined) return undefined;
    const { id: vendorId, name, hash, lastUsedAt } = row;
    return { vendor: { id: vendorId, name }, hash, lastUsedAt: lastUsedAt?.getTime() ?? 0 };
  }

  /** Not waited for: it is for people who look whether a key is still in use. */
  private noteUse(id: string, key: KnownKey): void {
    if (Date.now() - key.lastUsedAt < lastUseEveryMs) return;
    key.lastUsedAt = Date.now();
    this.props.database.query(use, [id]).catch((error: Error) => this.outage.note(error));
  }
}

const refused = () => new HttpError(401, 'VENDOR_UNAUTHORIZED', 'X-API-Key must be a key of a vendor that is in force');
