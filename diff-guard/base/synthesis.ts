import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { NotComparable } from '../assembly/not-comparable';
import { runChild } from './child';

/**
 * The templates of a work tree, by its own CDK CLI. Neither the validator nor the policy packs run: they change no
 * template, and `npm run synth` judges each side by itself. Acknowledgements are in the assembly all the same.
 */
export async function synthesiseTree(tree: string, output: string, what: string): Promise<void> {
  const cli = join(tree, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  if (!existsSync(cli)) throw new NotComparable(`The CDK CLI is not installed in ${tree}: run npm ci.`);
  await runChild({
    command: process.execPath,
    args: [
      ...[cli, 'synth', '--quiet', '--no-lookups', '--no-notices', '--output', output],
      ...['--context', 'policyChecks=false'],
    ],
    cwd: tree,
    what: `synth of ${what}`,
    variables: { CDK_VALIDATION: 'false' },
  });
}
