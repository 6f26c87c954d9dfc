import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Synthesises production once; each sabotage is a copy of it. */
export default async function setUp(): Promise<void> {
  process.env.CDK_VALIDATION = 'false';
  process.env.TEST_ASSEMBLIES = mkdtempSync(join(tmpdir(), 'mr-mentor-sabotage-'));
  const { compose } = require('../synthesise') as typeof import('../synthesise');
  compose({ context: { environments: 'production' }, outdir: join(process.env.TEST_ASSEMBLIES, 'deployed') }).synth();
}
