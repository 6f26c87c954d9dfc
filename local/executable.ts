import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program, with the variables without which it does not run. */
export interface FoundProgram {
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Where a shell would find this command. */
export const onPath = (command: string): string | undefined =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, command))
    .find(isExecutable);

/** What a variable such as REDIS_SERVER names, if it is set. */
export function named(variable: string): string | undefined {
  const path = process.env[variable];
  if (!path) return undefined;
  if (isExecutable(path)) return path;
  throw new Error(`${variable} is "${path}": must be the path of a program; correct it, or unset it.`);
}
