import type { LogLine, ServiceProcess } from '../server-process';

/**
 * Lines of errors, but that a store is away: some tests take it away, and on a busy machine Redis seems so to a process
 * that got no turn for half a second.
 */
export const complaints = ({ logs }: ServiceProcess): LogLine[] =>
  logs.filter(({ level, msg }) => ['error', 'fatal'].includes(level) && !/^\w+ is away$/.test(msg));
