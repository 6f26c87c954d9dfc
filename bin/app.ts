import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { composeApp } from '../lib/compose-app';
import { ConfigurationError } from '../lib/config/validate';
import { findingLines, readFindings } from '../lib/policy/validation-report';

function fail(lines: readonly string[]): never {
  console.error(lines.join('\n'));
  process.exit(1);
}

try {
  const { directory } = composeApp().synth();
  const report = join(directory, 'validation-report.json');
  // Without validator and packs, both switched off by hand, nothing is judged and nothing reported.
  const unjudged = process.env.CDK_VALIDATION === 'false' && !existsSync(report);
  const findings = unjudged ? [] : readFindings(directory);
  if (findings.length > 0)
    fail([...findingLines(findings), 'Mend these, or acknowledge each on its construct with a reason.']);
} catch (error) {
  if (error instanceof ConfigurationError) fail(error.failures);
  throw error;
}
