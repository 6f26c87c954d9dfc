import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { AwsTarget } from '../aws-account';

const root = join(__dirname, '..', '..');

/** A command line of the CDK CLI, which deploys as `cdk deploy` by hand does. */
export interface CdkDeploy {
  readonly args: readonly string[];
}

export interface CdkDeployProps {
  readonly target: AwsTarget;
  /** `production/**` */
  readonly stacks: string;
  /** Without the stacks that they depend on. */
  readonly exclusively?: boolean;
  /** As `-c imageTag` takes it. */
  readonly imageTag: string;
}

export function cdkDeploy({ target, stacks, exclusively = false, imageTag }: CdkDeployProps): CdkDeploy {
  const { environment, account, profile } = target;
  return {
    args: [
      ...['deploy', stacks, ...(exclusively ? ['--exclusively'] : [])],
      // Whoever called has just agreed to it.
      ...['--require-approval', 'never', '-c', `imageTag=${imageTag}`],
      // The others need not be composed for it.
      ...['-c', `environments=${environment}`],
      ...(account === undefined ? [] : ['-c', `account=${account}`]),
      ...(profile === undefined ? [] : ['--profile', profile]),
    ],
  };
}

const quoted = (arg: string) => (/^[\w./:=@-]+$/.test(arg) ? arg : `'${arg}'`);
export const cdkDeployText = ({ args }: CdkDeploy): string => ['npx cdk', ...args.map(quoted)].join(' ');

/**
 * Runs it at this terminal. Ctrl-C reaches it as well, and it is waited for.
 *
 * @param program @default - the CLI of node_modules
 * @returns its exit code; 128 and the signal's number where one has ended it
 */
export function runCdkDeploy(
  { args }: CdkDeploy,
  program = join(root, 'node_modules', '.bin', 'cdk'),
): Promise<number> {
  const child = spawn(program, args, { cwd: root, stdio: 'inherit' });
  const pass = () => child.kill('SIGTERM');
  // A terminal sends these to both.
  const wait = (signal: NodeJS.Signals) => {
    if (!process.stdin.isTTY) child.kill(signal);
  };
  process.on('SIGTERM', pass).on('SIGINT', wait).on('SIGHUP', wait);
  return new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  }).finally(() => process.off('SIGTERM', pass).off('SIGINT', wait).off('SIGHUP', wait));
}
