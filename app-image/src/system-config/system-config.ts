import type { SettingRows } from '../config/settings';
import type { Database } from '../database/database';
import type { SystemConfig as Row } from '../database/entities';
import { codeOf } from '../database/unavailable';
import { HttpError } from '../http/errors';
import { alwaysEncrypted } from './always-encrypted';
import { checkCallProviders } from './call-providers';
import type { Encryption } from './encryption';

export interface ConfigChange {
  readonly key?: string;
  /** In plain text, whether it will be encrypted or not. */
  readonly value?: string;
  readonly label?: string | null;
  readonly description?: string | null;
  readonly isActive?: boolean;
  readonly encrypted?: boolean;
}

export type NewConfig = ConfigChange & Required<Pick<ConfigChange, 'key' | 'value'>>;

type Stored = Omit<Row, 'id' | 'createdAt' | 'updatedAt'>;

const columns = 'id, key, value, label, description, "isActive", "isEncrypted", "createdAt", "updatedAt"';
const uniqueViolation = '23505';

const changedMeanwhile = () =>
  new HttpError(409, 'CHANGED_MEANWHILE', 'Somebody else changed this row at the same time: read it, and try again');

const values = (row: Stored) => [row.key, row.value, row.label, row.description, row.isActive, row.isEncrypted];

/** The settings that administrators change while the platform runs: rows of `system_configs`. */
export class SystemConfig implements SettingRows {
  constructor(
    private readonly database: Pick<Database, 'read' | 'query'>,
    private readonly encryption: Encryption,
  ) {}

  getAll(): Promise<Row[]> {
    return this.database.read<Row>(`SELECT ${columns} FROM system_configs ORDER BY key`);
  }

  /** An active row; one that is not counts as absent. */
  async getByKey(key: string): Promise<Row | null> {
    const statement = `SELECT ${columns} FROM system_configs WHERE key = $1 AND "isActive"`;
    const [row] = await this.database.read<Row>(statement, [key]);
    return row ?? null;
  }

  /** What anyone may read: never a value that is encrypted. */
  async getPublicValue(key: string): Promise<string | null> {
    // Rows that are older than the column say false, whatever is in them.
    if (alwaysEncrypted.has(key)) return null;
    const statement = 'SELECT value FROM system_configs WHERE key = $1 AND "isActive" AND NOT "isEncrypted"';
    const [row] = await this.database.read<Pick<Row, 'value'>>(statement, [key]);
    return row?.value ?? null;
  }

  /** In plain text, for the service's own use. */
  async getValue(key: string): Promise<string | null> {
    return (await this.active(key))?.value ?? null;
  }

  async active(key: string): Promise<{ value: string; encrypted: boolean } | null> {
    const row = await this.getByKey(key);
    return row && { value: this.plain(row), encrypted: row.isEncrypted };
  }

  /** Creates the row, or changes the one of this key; what is not stated stays as it is, the encryption too. */
  async upsert(config: NewConfig): Promise<{ readonly row: Row; readonly created: boolean }> {
    const { key, value, label = null, description = null, isActive = true, encrypted = false } = config;
    // Read first and not left to ON CONFLICT: whether the value may be sent in plain text depends on the row.
    const [existing] = await this.find('key', key);
    if (existing) return { row: await this.change(existing, config), created: false };

    const [row] = await this.database.query<Row>(
      `INSERT INTO system_configs (key, value, label, description, "isActive", "isEncrypted")
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (key) DO NOTHING RETURNING ${columns}`,
      values({ key, value: this.stored(key, value, encrypted), label, description, isActive, isEncrypted: encrypted }),
    );
    // Without a row somebody else was first, and there is one to change now.
    return row ? { row, created: true } : this.upsert(config);
  }

  /** Null where there is no such row. */
  async update(id: string, change: ConfigChange): Promise<Row | null> {
    const [existing] = await this.find('id', id);
    return existing ? this.change(existing, change) : null;
  }

  async delete(id: string): Promise<Row | null> {
    const statement = `DELETE FROM system_configs WHERE id = $1 RETURNING ${columns}`;
    const [deleted] = await this.database.query<Row>(statement, [id]);
    return deleted ?? null;
  }

  private find(column: 'id' | 'key', value: string): Promise<Row[]> {
    return this.database.query<Row>(`SELECT ${columns} FROM system_configs WHERE ${column} = $1`, [value]);
  }

  private plain({ key, value, isEncrypted }: Stored): string {
    return isEncrypted ? this.encryption.decrypt(key, value) : value;
  }

  /**
   * Only while the row still is what the change was made from: another one's encryption, or key, would not go with
   * this value.
   */
  private async change(row: Row, change: ConfigChange): Promise<Row> {
    const next = this.changed(row, change);
    try {
      const [changed] = await this.database.query<Row>(
        `UPDATE system_configs
         SET key = $1, value = $2, label = $3, description = $4, "isActive" = $5, "isEncrypted" = $6, "updatedAt" = now()
         WHERE id = $7 AND key = $8 AND value = $9 AND "isEncrypted" = $10 RETURNING ${columns}`,
        [...values(next), row.id, row.key, row.value, row.isEncrypted],
      );
      if (changed === undefined) throw changedMeanwhile();
      return changed;
    } catch (error) {
      if (codeOf(error) !== uniqueViolation) throw error;
      throw new HttpError(409, 'KEY_TAKEN', `There is another row of the key ${next.key}`);
    }
  }

  private changed(row: Row, { value, encrypted, ...change }: ConfigChange): Stored {
    const next = { ...row, ...change, isEncrypted: encrypted ?? row.isEncrypted };
    if (row.isEncrypted && !next.isEncrypted && value === undefined)
      throw new HttpError(400, 'VALUE_NEEDED', 'An encrypted value is not shown again: state a new one with it');
    // A ciphertext is bound to its key, so that a new key needs a new one as well.
    const same = value === undefined && next.key === row.key && next.isEncrypted === row.isEncrypted;
    if (same) return next;
    return { ...next, value: this.stored(next.key, value ?? this.plain(row), next.isEncrypted) };
  }

  private stored(key: string, plain: string, encrypted: boolean): string {
    checkCallProviders(key, plain);
    if (!encrypted && alwaysEncrypted.has(key))
      throw new HttpError(
        400,
        'ENCRYPTION_NEEDED',
        `The row ${key} holds a credential: state "encrypted": true with it`,
      );
    return encrypted ? this.encryption.encrypt(key, plain) : plain;
  }
}
