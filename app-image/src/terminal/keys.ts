import type { Role } from './protocol';

/** Names in Redis. */
export const sessionKey = (id: string) => `terminal:session:${id}`;
export const userKey = (userId: string) => `terminal:sessions-of:${userId}`;
/** There while the process is. */
export const processKey = (id: string) => `terminal:process:${id}`;
/** Where the process that holds an end hears what is said to it. */
export const channelOf = (session: string, role: Role) => `terminal:${session}:${role}`;
