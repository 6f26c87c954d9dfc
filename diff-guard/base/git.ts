import { execFile } from 'node:child_process';
import { environmentVariables } from '../../scripts/command-line';
import { NotComparable } from '../assembly/not-comparable';

/** Git that asks nobody and speaks English, without what a hook has set for a repository of its own. */
const variables = Object.fromEntries(
  Object.entries({ ...environmentVariables, GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' }).filter(
    ([name]) => !/^GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|OBJECT_DIRECTORY)$/.test(name),
  ),
);

/** What git prints, or undefined where it fails. */
export function askGit(root: string, ...args: string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile('git', args, { cwd: root, env: variables, maxBuffer: 64 * 1024 * 1024 }, (error, output) =>
      resolve(error === null ? output.trim() : undefined),
    );
  });
}

/** @throws NotComparable with what git said */
export function runGit(root: string, ...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('git', args, { cwd: root, env: variables, maxBuffer: 64 * 1024 * 1024 }, (error, output, errors) => {
      if (error === null) return resolve(output.trim());
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      reject(
        new NotComparable(
          missing
            ? 'git is not installed; pass assemblies to --base and --head.'
            : `git ${args[0]} failed: ${errors.trim()}`,
        ),
      );
    });
  });
}

/** The commit of a ref, or undefined for what names none. */
export const commitOf = (root: string, ref: string): Promise<string | undefined> =>
  askGit(root, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`);
