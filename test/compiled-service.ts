import { execFile } from 'node:child_process';
import { join } from 'node:path';

const service = join(__dirname, '..', 'app-image');
const compiler = join(service, 'node_modules', 'typescript', 'bin', 'tsc');

/**
 * Compiles app-image/, for the tests that run it: a process from source, through a loader, starts seconds later.
 * Types are for `npm run check` to judge.
 */
export function compileService(): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [compiler, '-p', service, '--noCheck'], (error, stdout) =>
      error ? reject(new Error(`app-image/ does not compile:\n${stdout}`)) : resolve(),
    );
  });
}
