import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Synthesises everything once, for all test files: jest gives each file modules of its own, and loading
 * the CDK and synthesising takes longer than most files' tests.
 */
export default function setUp(): void {
  process.env.CDK_VALIDATION = 'false';
  process.env.TEST_ASSEMBLIES = mkdtempSync(join(tmpdir(), 'mr-mentor-infra-'));
  const { compose } = require('./synthesise') as typeof import('./synthesise');
  compose({ outdir: join(process.env.TEST_ASSEMBLIES, 'deployed') }).synth();
}
