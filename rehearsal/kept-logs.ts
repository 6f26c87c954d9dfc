import { copyFileSync, existsSync, mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const isLog = (name: string): boolean => /^(web|worker)-\d+\.log$/.test(name);

/** Those of an earlier rehearsal would be taken for those of this one. Nothing else that lies there goes. */
export function removeKeptLogs(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).filter(isLog)) rmSync(join(folder, name));
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}

/** @returns how many there were to keep */
export function keepLogs(logs: string, folder: string): number {
  const names = existsSync(logs) ? readdirSync(logs).filter(isLog) : [];
  if (names.length > 0) mkdirSync(folder, { recursive: true });
  for (const name of names) copyFileSync(join(logs, name), join(folder, name));
  return names.length;
}
