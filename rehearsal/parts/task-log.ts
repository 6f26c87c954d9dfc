import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const READ = 64 * 1024;

/** The end of a log, of which no more than that is read. */
export function lastLines(path: string, count: number): string {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const end = Buffer.alloc(Math.min(size, READ));
    readSync(file, end, 0, end.length, size - end.length);
    return end.toString('utf8').trimEnd().split('\n').slice(-count).join('\n');
  } finally {
    closeSync(file);
  }
}
