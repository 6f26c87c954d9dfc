import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { environmentVariables, UsageError } from './command-line';

const root = join(__dirname, '..');

/**
 * The real CLI, on the app of cdk.json, which prints findings on standard error and fails with them.
 *
 * @returns its exit code
 */
export function synthesise(output: string, context: Readonly<Record<string, string>>): Promise<number> {
  const cli = join(root, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  if (!existsSync(cli)) throw new UsageError('The CDK CLI is not installed: run npm ci.');
  const pairs = Object.entries(context).flatMap(([key, value]) => ['--context', `${key}=${value}`]);
  const args = [cli, 'synth', '--quiet', '--no-lookups', '--no-notices', '--output', output, ...pairs];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      // The CLI's own "Successfully synthesized" and the list of stacks would stand in the JSON.
      stdio: ['ignore', 'ignore', 'inherit'],
      // Whoever switched the validator off for a quick look would read here that it found nothing.
      env: { ...environmentVariables, CDK_VALIDATION: 'true' },
    });
    // The CLI would go on, and hold the output directory's lock.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal));
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
