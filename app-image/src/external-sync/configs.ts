import type { Database } from '../database/database';
import type { SyncConfig } from './entities';
import type { SyncTable } from './lease';

/** What an administrator states. */
export type ConfigChange = Partial<Pick<SyncConfig, 'name' | 'enabled' | 'intervalMinutes' | 'onlyIds' | 'pageSize'>>;

/** Everything but the lease's own business. */
export type ConfigRow = Omit<SyncConfig, 'leaseUntil' | 'leaseJob' | 'leaseToken'>;

const columns = `id, name, enabled, "intervalMinutes", "onlyIds", "pageSize", "lastRunAt", "lastStatus", "lastError",
  "lastCount", "createdAt", "updatedAt"`;

const parameters = ({ name, enabled, intervalMinutes, onlyIds, pageSize }: ConfigChange) => [
  name ?? null,
  enabled ?? null,
  intervalMinutes ?? null,
  onlyIds ?? null,
  pageSize ?? null,
];

/** The configurations of one kind of synchronisation. */
export class SyncConfigs {
  constructor(
    private readonly database: Pick<Database, 'read' | 'query'>,
    readonly table: Exclude<SyncTable, 'external_sync_states'>,
  ) {}

  list(): Promise<ConfigRow[]> {
    return this.database.read(`SELECT ${columns} FROM ${this.table} ORDER BY name, id`);
  }

  enabled(): Promise<ConfigRow[]> {
    return this.database.read(`SELECT ${columns} FROM ${this.table} WHERE enabled ORDER BY id`);
  }

  async find(id: string): Promise<ConfigRow | undefined> {
    const [row] = await this.database.read<ConfigRow>(`SELECT ${columns} FROM ${this.table} WHERE id = $1`, [id]);
    return row;
  }

  async create(config: Required<ConfigChange>): Promise<ConfigRow> {
    const [row] = await this.database.query<ConfigRow>(
      `INSERT INTO ${this.table} (name, enabled, "intervalMinutes", "onlyIds", "pageSize")
       VALUES ($1, $2, $3, $4, $5) RETURNING ${columns}`,
      parameters(config),
    );
    if (row === undefined) throw new Error(`${this.table} took a configuration and gave none back`);
    return row;
  }

  /** What is not stated stays. Undefined where there is no such row. */
  async update(id: string, change: ConfigChange): Promise<ConfigRow | undefined> {
    const [row] = await this.database.query<ConfigRow>(
      `UPDATE ${this.table}
       SET name = coalesce($1, name), enabled = coalesce($2, enabled),
         "intervalMinutes" = coalesce($3, "intervalMinutes"), "onlyIds" = coalesce($4, "onlyIds"),
         "pageSize" = coalesce($5, "pageSize"), "updatedAt" = now()
       WHERE id = $6 RETURNING ${columns}`,
      [...parameters(change), id],
    );
    return row;
  }

  async delete(id: string): Promise<ConfigRow | undefined> {
    const statement = `DELETE FROM ${this.table} WHERE id = $1 RETURNING ${columns}`;
    const [row] = await this.database.query<ConfigRow>(statement, [id]);
    return row;
  }
}
