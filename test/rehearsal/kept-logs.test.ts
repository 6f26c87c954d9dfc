import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepLogs, removeKeptLogs } from '../../rehearsal/kept-logs';

let work: string;
let logs: string;
let kept: string;

beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'mr-mentor-kept-logs-'));
  [logs, kept] = [join(work, 'tasks'), join(work, 'rehearsal-logs')];
  mkdirSync(logs);
});
afterEach(() => rmSync(work, { recursive: true, force: true }));

it('keeps what each task wrote', () => {
  for (const name of ['web-1.log', 'worker-12.log']) writeFileSync(join(logs, name), name);
  expect(keepLogs(logs, kept)).toBe(2);
  expect(readFileSync(join(kept, 'worker-12.log'), 'utf8')).toBe('worker-12.log');
});

it('makes no folder where no task has been started', () => {
  expect(keepLogs(join(work, 'nowhere'), kept)).toBe(0);
  expect(existsSync(kept)).toBe(false);
});

it('removes those of an earlier rehearsal, and nothing else that lies there', () => {
  mkdirSync(kept);
  for (const name of ['web-1.log', 'notes.txt']) writeFileSync(join(kept, name), '');
  removeKeptLogs(kept);
  expect(readdirSync(kept)).toEqual(['notes.txt']);
  rmSync(join(kept, 'notes.txt'));
  removeKeptLogs(kept);
  expect(existsSync(kept)).toBe(false);
});
