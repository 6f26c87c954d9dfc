import { pino } from 'pino';
import type { Environment } from '../../src/config/contract';
import { loadEnvironment } from '../../src/config/load';
import type { Logger } from '../../src/log';

/** What a process gets that is started with these variables and nothing else. */
export const environmentOf = (variables: Readonly<Record<string, string>>): Environment =>
  loadEnvironment({ APP_ENV: 'test', ...variables }).environment;

export interface CapturedLog {
  readonly log: Logger;
  /** The lines' messages. */
  messages(): string[];
  /** All that was written. */
  text(): string;
}

export function captureLog(): CapturedLog {
  const lines: string[] = [];
  return {
    log: pino({}, { write: (line) => lines.push(line) }),
    messages: () => lines.map((line) => JSON.parse(line).msg),
    text: () => lines.join(''),
  };
}
