import { z } from 'zod';
import { HttpError } from '../http/errors';

const key = 'enabled_call_providers';
const names = z.array(z.string().min(1).max(100)).max(100);

function parseNames(text: string): string[] | null {
  try {
    return names.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Refused where it is written: whoever reads it could only fail. */
export function checkCallProviders(row: string, value: string): void {
  if (row !== key || parseNames(value) !== null) return;
  throw new HttpError(400, 'INVALID_VALUE', `The value of ${key} must be a JSON array of names, such as ["exotel"]`);
}

/** Through whom HR may call candidates; nobody, where no row says so. */
export async function enabledCallProviders(config: {
  getPublicValue(key: string): Promise<string | null>;
}): Promise<string[]> {
  const value = await config.getPublicValue(key);
  if (value === null) return [];
  const providers = parseNames(value);
  if (providers === null) throw new Error(`system_configs row ${key} is no JSON array of names: write it again`);
  return providers;
}
