import type { IncomingMessage } from 'node:http';
import { originAllowed } from '../http/cors';
import { nothingServed, type UpgradeRefusal } from '../http/server';

const stranger: UpgradeRefusal = {
  status: 403,
  code: 'ORIGIN_NOT_ALLOWED',
  message: 'Pages of this origin may not open a terminal here',
};
export const busy: UpgradeRefusal = {
  status: 503,
  code: 'UNAVAILABLE',
  message: 'No more terminals are taken at the moment: try again',
};

/** A WebSocket has no CORS, so it is asked here. A CLI has no origin. */
export function refusalOf(
  request: IncomingMessage,
  path: string,
  origins: readonly string[],
): UpgradeRefusal | undefined {
  const [asked] = (request.url ?? '').split('?', 1);
  if (asked !== path) return nothingServed;
  const { origin } = request.headers;
  return origin === undefined || originAllowed(origins, origin) ? undefined : stranger;
}
