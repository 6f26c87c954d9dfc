import { type Role, roles } from '../database/entities';

export const administrators = ['ADMIN', 'SUPERADMIN'] as const satisfies readonly Role[];

export const isRole = (value: unknown): value is Role => roles.some((role) => role === value);
export const isAdministrator = (role: Role) => administrators.some((administrator) => administrator === role);
