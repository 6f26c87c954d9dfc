import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';

export interface HeartbeatProps {
  /** Below the load balancer's idle timeout, which cuts a quiet connection. */
  readonly intervalMs: number;
  /** Without an answer for so long, a client is gone. */
  readonly timeoutMs: number;
}

/** Pings a client, and cuts off one that is gone without a word. Ends with the connection. */
export function keepAlive(ws: WebSocket, socket: Socket, { intervalMs, timeoutMs }: HeartbeatProps): void {
  let judgement: NodeJS.Timeout | undefined;

  function ping(): void {
    if (ws.readyState !== ws.OPEN) return;
    ws.ping();
    const { bytesRead } = socket;
    const paused = ws.isPaused;
    const taken = takenOf(socket);
    // The ping of a slow reader stands in line: that the line moves is its sign of life.
    const inLine = socket.writableLength > 0;
    clearTimeout(judgement);
    judgement = setTimeout(() => {
      // Nobody reads what a client says whose peer is slow, its answer included.
      const unread = paused || ws.isPaused;
      if (unread || socket.bytesRead > bytesRead || (inLine && takenOf(socket) > taken)) return;
      ws.terminate();
    }, timeoutMs);
  }

  const timer = setInterval(ping, intervalMs);
  ws.once('close', () => {
    clearInterval(timer);
    clearTimeout(judgement);
  });
}

/** What the kernel has taken, and with that, when there is more in line, the other side. */
const takenOf = ({ bytesWritten, writableLength }: Socket) => bytesWritten - writableLength;
