import { rmSync } from 'node:fs';

export default function tearDown(): void {
  if (process.env.TEST_ASSEMBLIES) rmSync(process.env.TEST_ASSEMBLIES, { recursive: true, force: true });
}
