import { spawn } from 'node:child_process';
import { environmentVariables } from '../../scripts/command-line';
import { NotComparable } from '../assembly/not-comparable';

/** As a shell sees a process that a signal has ended. */
const leave = (signal: NodeJS.Signals): never => process.exit(signal === 'SIGINT' ? 130 : 143);

export interface Child {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** What it is for, to complete "… failed": `synth of main`. */
  readonly what: string;
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * Runs a program to its end, which takes its own children along when this process is ended.
 * @throws NotComparable with the last lines that it wrote
 */
export function runChild({ command, args, cwd, what, variables }: Child): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: { ...environmentVariables, ...variables },
    });
    const end = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    };
    // The end of this process ends every child, whichever of them hears of the signal first.
    const listening = (listen: 'on' | 'off') => {
      process[listen]('exit', end);
      process[listen]('SIGINT', leave);
      process[listen]('SIGTERM', leave);
    };
    listening('on');
    let told = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        told = (told + text).slice(-8192);
      });
    child.on('error', (error) => {
      listening('off');
      reject(new NotComparable(`The ${what} failed: ${error.message}`));
    });
    child.on('close', (code) => {
      listening('off');
      if (code === 0) resolve();
      else
        reject(
          new NotComparable(
            `The ${what} failed (exit code ${code}):\n${told.trim().split('\n').slice(-20).join('\n')}`,
          ),
        );
    });
  });
}
