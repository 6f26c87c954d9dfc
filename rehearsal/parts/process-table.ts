import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface ListedProcess {
  readonly pid: number;
  /** What it calls itself: the first word of its command line. */
  readonly name: string;
}

const linux = process.platform === 'linux';

/** Tells a process from a later one with the same id. @returns undefined if there is none */
export function startOf(pid: number): string | undefined {
  try {
    if (!linux) return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the program's name, which may hold anything; the first of these is the third of all.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, started] = [fields[0], fields[19]];
    return state === 'Z' ? undefined : `${bootId()} ${started}`;
  } catch {
    return undefined;
  }
}

export function listProcesses(): ListedProcess[] {
  if (linux)
    return readdirSync('/proc').flatMap((entry) => {
      const name = /^\d+$/.test(entry) ? nameOf(entry) : undefined;
      return name ? [{ pid: Number(entry), name }] : [];
    });
  const rows = execFileSync('ps', ['-axo', 'pid=,command='], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return Array.from(rows.matchAll(/^\s*(\d+) (\S+)/gm), ([, pid, name]) => ({ pid: Number(pid), name: String(name) }));
}

/** Counted since the machine started, a process's start says nothing after a restart. */
const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

function nameOf(pid: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0];
  } catch {
    return undefined;
  }
}
