import { ai } from './contract/ai';
import { database } from './contract/database';
import { email } from './contract/email';
import { encryption } from './contract/encryption';
import { exotel } from './contract/exotel';
import { identity } from './contract/identity';
import { invoices } from './contract/invoices';
import { leegality } from './contract/leegality';
import { meetings } from './contract/meetings';
import { payments } from './contract/payments';
import { redis } from './contract/redis';
import { retention } from './contract/retention';
import { server } from './contract/server';
import { services } from './contract/services';
import { storage } from './contract/storage';
import { switches } from './contract/switches';
import { telemetry } from './contract/telemetry';
import { timings } from './contract/timings';
import { whatsapp } from './contract/whatsapp';
import type { Group, ValuesOf } from './variable';

export { features } from './contract/features';

/** Every environment variable of the container, in the order of the reference. */
export const groups = {
  server,
  timings,
  database,
  redis,
  identity,
  email,
  storage,
  payments,
  meetings,
  services,
  exotel,
  whatsapp,
  ai,
  leegality,
  invoices,
  encryption,
  retention,
  telemetry,
  switches,
} as const satisfies Readonly<Record<string, Group>>;

/** Spelled out: only so does the compiler keep each variable's own type. */
export const contract = {
  ...server.variables,
  ...timings.variables,
  ...database.variables,
  ...redis.variables,
  ...identity.variables,
  ...email.variables,
  ...storage.variables,
  ...payments.variables,
  ...meetings.variables,
  ...services.variables,
  ...exotel.variables,
  ...whatsapp.variables,
  ...ai.variables,
  ...leegality.variables,
  ...invoices.variables,
  ...encryption.variables,
  ...retention.variables,
  ...telemetry.variables,
  ...switches.variables,
} as const;

export type VariableName = keyof typeof contract;

/** What the code gets: each value parsed, undefined only where nobody need state it. */
export type Environment = ValuesOf<typeof contract>;
