import type { Database } from '../database/database';
import type { Vendor as Row } from './entities';

export interface VendorView extends Row {
  readonly keys: readonly {
    readonly id: string;
    readonly createdAt: string;
    readonly lastUsedAt: string | null;
    readonly revokedAt: string | null;
  }[];
}

const insert = 'INSERT INTO vendors (name) VALUES ($1) ON CONFLICT DO NOTHING RETURNING id, name, "createdAt"';

/** Never the hashes. */
const list = `
  SELECT vendors.id, name, vendors."createdAt", coalesce(
    jsonb_agg(
      jsonb_build_object(
        'id', keys.id, 'createdAt', keys."createdAt", 'lastUsedAt', keys."lastUsedAt", 'revokedAt', keys."revokedAt"
      ) ORDER BY keys."createdAt"
    ) FILTER (WHERE keys.id IS NOT NULL), '[]'
  ) AS keys
  FROM vendors LEFT JOIN vendor_api_keys keys ON keys."vendorId" = vendors.id
  GROUP BY vendors.id ORDER BY name`;

export class Vendors {
  constructor(private readonly database: Pick<Database, 'read' | 'query'>) {}

  /** @returns undefined where the name is taken */
  async add(name: string): Promise<Row | undefined> {
    const [row] = await this.database.query<Row>(insert, [name]);
    return row;
  }

  list(): Promise<readonly VendorView[]> {
    return this.database.read<VendorView>(list);
  }
}
