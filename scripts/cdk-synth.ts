import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { environmentVariables, UsageError } from './command-line';

const root = join(__dirname, '..');

export interface SynthesisOptions {
  /** Told what the CLI prints. @default - it goes to standard error */
  readonly tell?: (text: string) => void;
  /** Ends it. */
  readonly signal?: AbortSignal;
  /** Whether templates are held to the CDK's rules and the policy packs, which takes as long as all the rest. @default true */
  readonly judged?: boolean;
}

/**
 * The real CLI, on the app of cdk.json, which prints findings on standard error and fails with them.
 *
 * @returns its exit code
 */
export function synthesise(
  output: string,
  context: Readonly<Record<string, string>>,
  { tell, signal, judged = true }: SynthesisOptions = {},
): Promise<number> {
  const cli = join(root, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  if (!existsSync(cli)) throw new UsageError('The CDK CLI is not installed: run npm ci.');
  const stated = judged ? context : { ...context, policyChecks: 'false' };
  const pairs = Object.entries(stated).flatMap(([key, value]) => ['--context', `${key}=${value}`]);
  const args = [cli, 'synth', '--quiet', '--no-lookups', '--no-notices', '--output', output, ...pairs];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      // The CLI's own "Successfully synthesized" and the list of stacks would stand in the JSON.
      stdio: ['ignore', 'ignore', tell ? 'pipe' : 'inherit'],
      // A group of its own, with the app that it runs, which would go on without it.
      detached: true,
      // Whoever switched the validator off for a quick look would read here that it found nothing.
      env: { ...environmentVariables, CDK_VALIDATION: String(judged) },
    });
    const end = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    };
    const signals = ['SIGINT', 'SIGTERM'] as const;
    for (const name of signals) process.on(name, end);
    signal?.addEventListener('abort', end);
    let told = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      told += text;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      for (const name of signals) process.off(name, end);
      signal?.removeEventListener('abort', end);
      if (told !== '') tell?.(told.trimEnd());
      resolve(code ?? 1);
    });
  });
}
