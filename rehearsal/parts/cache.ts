import { setTimeout as sleep } from 'node:timers/promises';
import type { Certificates } from '../../local/certificates';
import { type Redis, type RedisOptions, startRedis } from '../../local/redis';
import type { CacheDescription } from '../assembly/deployment';
import { now } from '../clock';
import type { OutageRecord } from '../record';

export interface LocalCacheProps {
  readonly description: CacheDescription;
  /** @default - none is asked for */
  readonly authToken?: string;
  readonly certificates: Pick<Certificates, 'key' | 'cert' | 'caPem'>;
  /** Of the primary. @default - a free one */
  readonly port?: number;
}

const inStepWithinMs = 20_000;
const lookEveryMs = 20;

export async function startCache({ description, authToken, certificates, port }: LocalCacheProps) {
  const { tls, settings, automaticFailover, nodes } = description;
  const options = { tls: tls ? certificates : undefined, password: authToken, settings };
  const cache = new LocalCache(await startRedis({ ...options, port }), options, tls ? certificates.caPem : undefined);
  try {
    // One of several would be promoted, too, and nobody notices the others.
    if (automaticFailover && nodes > 1) await cache.addReplica();
  } catch (error) {
    await cache.stop();
    throw error;
  }
  return cache;
}

/** Redis as the template describes it, and its failover. */
export class LocalCache {
  /** Resolves, with the reason, should one of its servers end by itself. */
  readonly crashed: Promise<Error>;
  private watch: (server: Redis) => void = () => {};
  private replica: Redis | undefined;

  constructor(
    private primary: Redis,
    private readonly options: RedisOptions,
    private readonly caPem: string | undefined,
  ) {
    this.crashed = new Promise((resolve) => {
      this.watch = (server) => void server.crashed.then(resolve);
    });
    this.watch(primary);
  }

  /** Of the primary, whichever server that is. */
  get port(): number {
    return this.primary.port;
  }

  /** @returns the primary's answer to a command, as it comes over the wire */
  ask(...command: string[]): Promise<string> {
    return this.primary.ask(...command);
  }

  /**
   * The primary fails, and after this time its replica has its place. Where there is no replica, the node comes back
   * empty.
   *
   * What the primary acknowledges has reached the replica: replication does not wait, and what Redis may lose in the
   * last milliseconds is no fault of a release.
   */
  async failOver(milliseconds: number): Promise<OutageRecord> {
    const from = now();
    if (this.replica) {
      await this.primary.ask('CLIENT', 'PAUSE', String(inStepWithinMs), 'WRITE');
      await this.inStep(this.replica);
    }
    await this.primary.kill();
    await sleep(milliseconds);
    const failed = this.primary;
    if (this.replica) {
      await this.replica.ask('REPLICAOF', 'NO', 'ONE');
      // Clients know one address, which follows the primary.
      await this.replica.moveTo(failed.port);
      this.primary = this.replica;
      this.replica = undefined;
    } else await failed.restart();
    const to = now();
    if (this.primary !== failed) {
      await failed.stop();
      await this.addReplica();
    }
    return { store: 'redis', from, to };
  }

  /** Resolves when it has all that the primary has. */
  async addReplica(): Promise<void> {
    this.replica = await startRedis({ ...this.options, replicaOf: { port: this.primary.port, caPem: this.caPem } });
    this.watch(this.replica);
    await this.inStep(this.replica);
  }

  async stop(): Promise<void> {
    await Promise.all([this.primary.stop(), this.replica?.stop()]);
  }

  private async inStep(replica: Redis): Promise<void> {
    const offset = (info: string, name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
    const written = offset(await this.primary.ask('INFO', 'replication'), 'master_repl_offset');
    for (let waited = 0; waited < inStepWithinMs; waited += lookEveryMs) {
      const info = await replica.ask('INFO', 'replication');
      if (/^master_link_status:up/m.test(info) && offset(info, 'slave_repl_offset') >= written) return;
      await sleep(lookEveryMs);
    }
    throw new Error(
      `The replica of Redis is not in step with its primary after ${inStepWithinMs / 1000} s; is it short of memory or processors?`,
    );
  }
}
