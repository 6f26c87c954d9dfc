import type { Logger } from '../log';
import type { RealtimeSocket } from './sockets';

type Connection = RealtimeSocket['conn'];

/** Half a minute of a slow phone, and twenty lists of a thousand participants. */
const mostUnsentBytes = 4_000_000;

/**
 * Cuts off a client that is too slow for what is sent to it, or does not read at all: it would pile up in this process
 * for as long as the client answers pings. A client that is still there connects anew, and is up to date at once.
 */
export function limitUnsent(connection: Connection, log: Logger): void {
  let unsent = 0;
  let cut = false;
  connection.on('flush', () => {
    unsent = 0;
  });
  connection.on('packetCreate', ({ data }: { readonly data?: string | Buffer }) => {
    unsent += data?.length ?? 0;
    if (unsent <= mostUnsentBytes || cut) return;
    cut = true;
    log.info({ unsentBytes: unsent }, 'socket closed: its client reads too slowly');
    // Not in the middle of what is being sent to a room.
    setImmediate(() => connection.close(true));
  });
}
