import type { Server as HttpServer } from 'node:http';
import type { Environment } from '../config/contract';
import type { Revocations } from '../identity/revocations';
import type { Tokens } from '../identity/tokens';
import type { Logger } from '../log';
import type { RedisConnections } from '../redis/redis';

export const relayPath = '/api/terminal/relay';

export interface TerminalRelayProps {
  readonly environment: Environment;
  readonly tokens: Tokens;
  readonly revocations: Pick<Revocations, 'isRevoked'>;
  readonly redis: RedisConnections;
  readonly log: Logger;
}

/** Mirrors a student's terminal between their CLI and their browser, whichever processes they are connected to. */
export class TerminalRelay {
  constructor(_server: HttpServer, _props: TerminalRelayProps) {}

  /** Open connections. */
  get connected(): number {
    return 0;
  }

  /** Asks every client, and those to come, to connect anew within this time, to another process. */
  tellDraining(_withinMs: number): void {}

  /** Ends what is left, with a reason. */
  close(): void {}
}
