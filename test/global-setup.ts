import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileService } from './compiled-service';
import { launchStores } from './shared-stores';

/**
 * Synthesises everything once, for all test files: jest gives each file modules of its own, and loading
 * the CDK and synthesising takes longer than most files' tests.
 */
export default async function setUp(): Promise<void> {
  process.env.CDK_VALIDATION = 'false';
  process.env.TEST_ASSEMBLIES = mkdtempSync(join(tmpdir(), 'mr-mentor-infra-'));
  // First: the synthesis blocks this process for longer than they need.
  const compiled = compileService();
  const stores = await launchStores();
  const { compose } = require('./synthesise') as typeof import('./synthesise');
  compose({ outdir: join(process.env.TEST_ASSEMBLIES, 'deployed') }).synth();
  await Promise.all([compiled, stores.ready()]);
}
