import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

export interface LintFinding {
  readonly file: string;
  readonly level: string;
  readonly rule: string;
  readonly message: string;
  readonly path: string;
}
/** undefined: cfn-lint is not installed. */
export type LintResult = { readonly version: string; readonly findings: readonly LintFinding[] } | undefined;

interface RawFinding {
  readonly Filename: string;
  readonly Level: string;
  readonly Message: string;
  readonly Rule: { readonly Id: string };
  readonly Location: { readonly Path: readonly (string | number)[] | null };
}

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(command: string, args: readonly string[]): Promise<Finished | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? resolve(undefined) : reject(error)));
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/**
 * Runs cfn-lint over templates, in as many processes as there are cores.
 *
 * @throws Error when cfn-lint itself fails; findings are not a failure of it.
 */
export async function lintTemplates(files: readonly string[], command = 'cfn-lint'): Promise<LintResult> {
  const version = await run(command, ['--version']);
  if (version === undefined) return undefined;
  const groups = Array.from({ length: Math.min(availableParallelism(), files.length) }, (_, group, all = files) =>
    all.filter((_file, index) => index % availableParallelism() === group),
  );
  const results = await Promise.all(groups.map((group) => run(command, ['--format', 'json', '--template', ...group])));
  const findings = results.flatMap((result) => {
    // Exit codes 2 to 14 are a bit set of errors, warnings and informational findings; 32 is a crash.
    if (result === undefined || result.code === null || result.code >= 16 || result.code === 1)
      throw new Error(`cfn-lint ended with ${result?.code}: ${result?.stderr.trim()}`);
    return (JSON.parse(result.stdout || '[]') as RawFinding[]).map((raw) => ({
      file: raw.Filename,
      level: raw.Level,
      rule: raw.Rule.Id,
      message: raw.Message,
      path: (raw.Location.Path ?? []).join('/'),
    }));
  });
  return { version: version.stdout.trim(), findings };
}
