import type { SystemConfig } from '../database/entities';

/** A row as an administrator sees it: an encrypted value can be replaced, but is never shown. */
export type ConfigView = Omit<SystemConfig, 'value'> & { readonly value: string | null };

export const viewOf = (row: SystemConfig): ConfigView => (row.isEncrypted ? { ...row, value: null } : row);
