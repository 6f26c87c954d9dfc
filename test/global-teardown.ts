import { rmSync } from 'node:fs';
import { stopStores } from './shared-stores';

export default async function tearDown(): Promise<void> {
  await stopStores();
  if (process.env.TEST_ASSEMBLIES) rmSync(process.env.TEST_ASSEMBLIES, { recursive: true, force: true });
}
