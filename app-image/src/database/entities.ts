import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import { externalSyncEntities } from '../external-sync/entities';
import { meetingEntities } from '../realtime/entities';
import { uploadEntities } from '../uploads/entities';
import { vendorEntities } from '../vendor/entities';
import { webhookEntities } from '../webhooks/entities';
import { whatsappEntities } from '../whatsapp/entities';
import { workerEntities } from '../workers/entities';
import { workflowEntities } from '../workflow/entities';
import { createdAt, id, oneOf, updatedAt } from './columns';

export const roles = ['USER', 'ADMIN', 'SUPERADMIN', 'EXPERT', 'SALES'] as const;
export type Role = (typeof roles)[number];

export interface User {
  id: string;
  /** Unique whatever the case: the index is on lower(email). */
  email: string;
  /** Null for those who come through Google only. */
  passwordHash: string | null;
  role: Role;
  fullName: string | null;
  isActive: boolean;
  createdAt: Date;
  updatedAt: Date;
}

export interface SystemConfig {
  id: string;
  key: string;
  value: string;
  label: string | null;
  description: string | null;
  isActive: boolean;
  isEncrypted: boolean;
  createdAt: Date;
  updatedAt: Date;
}

export const loginKinds = ['password', 'master', 'bootstrap'] as const;

export interface LoginEvent {
  /** bigint: pg hands it over as text. */
  id: string;
  /** Null when nobody has this address. */
  userId: string | null;
  email: string;
  kind: (typeof loginKinds)[number];
  succeeded: boolean;
  ip: string | null;
  requestId: string | null;
  occurredAt: Date;
}

const isActive: EntitySchemaColumnOptions = { type: Boolean, default: true };

export const UserEntity = new EntitySchema<User>({
  name: 'User',
  tableName: 'users',
  columns: {
    id,
    email: { type: 'text' },
    passwordHash: { type: 'text', nullable: true },
    role: { type: 'text', default: 'USER' },
    fullName: { type: 'text', nullable: true },
    isActive,
    createdAt,
    updatedAt,
  },
  checks: [{ name: 'users_role', expression: oneOf('role', roles) }],
});

export const SystemConfigEntity = new EntitySchema<SystemConfig>({
  name: 'SystemConfig',
  tableName: 'system_configs',
  columns: {
    id,
    key: { type: 'varchar', unique: true },
    value: { type: 'text' },
    label: { type: 'varchar', nullable: true },
    description: { type: 'varchar', nullable: true },
    isActive,
    isEncrypted: { type: Boolean, default: false },
    createdAt,
    updatedAt,
  },
});

export const LoginEventEntity = new EntitySchema<LoginEvent>({
  name: 'LoginEvent',
  tableName: 'login_events',
  columns: {
    // TypeORM knows `identity`, only the schema's type does not.
    id: { type: 'bigint', primary: true, generated: 'identity' as 'increment' },
    userId: { type: 'uuid', nullable: true },
    email: { type: 'text' },
    kind: { type: 'text' },
    succeeded: { type: Boolean },
    ip: { type: 'inet', nullable: true },
    requestId: { type: 'text', nullable: true },
    occurredAt: { type: 'timestamptz', createDate: true },
  },
  checks: [{ name: 'login_events_kind', expression: oneOf('kind', loginKinds) }],
  indices: [{ name: 'login_events_occurred_at', columns: ['occurredAt'] }],
});

export const entities: readonly EntitySchema[] = [
  UserEntity,
  SystemConfigEntity,
  LoginEventEntity,
  ...meetingEntities,
  ...uploadEntities,
  ...vendorEntities,
  ...webhookEntities,
  ...whatsappEntities,
  ...workflowEntities,
  ...externalSyncEntities,
  ...workerEntities,
];
