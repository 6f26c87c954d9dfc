import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../local/free-port';
import { findHaproxyServer } from '../../local/haproxy-server';
import { ServerProcess } from '../../local/server-process';
import type { LoadBalancerDescription } from '../assembly/deployment';
import { now } from '../clock';
import type { LoadBalancer, Target, TargetGroupCounters, TargetHealth } from '../release/cluster';
import { haproxyConfiguration, haproxyFiles, slotNames } from './haproxy-configuration';
import { type HaproxyPorts, shares } from './haproxy-listener';
import { HaproxyRuntime, type ServerRow } from './haproxy-runtime';
import { name } from './haproxy-syntax';
import { lastCheck } from './last-check';
import { TargetSlots, targetHealth } from './target-slots';

export interface LoadBalancerProps {
  readonly description: LoadBalancerDescription;
  /** PEM. For the host names of the rules. */
  readonly certificate: { readonly cert: string; readonly key: string };
  /** What the header x-rehearsal-target calls the target groups, by logical id. @default - their logical ids */
  readonly groupNames?: Readonly<Record<string, string>>;
  /** How many targets a target group can have at a time. @default 16 */
  readonly slotsPerGroup?: number;
}

/** What targets answered, by the first digit of the status. */
const answerColumns = ['hrsp_1xx', 'hrsp_2xx', 'hrsp_3xx', 'hrsp_4xx', 'hrsp_5xx', 'hrsp_other'] as const;

/** Its folder goes with it. */
export async function startLoadBalancer(props: LoadBalancerProps): Promise<HaproxyLoadBalancer> {
  const { description, certificate, slotsPerGroup = 16 } = props;
  const { command, environment } = await findHaproxyServer();
  const ports: HaproxyPorts = { proxied: await freePort(), direct: await freePort() };
  const configuration = haproxyConfiguration(description, ports, slotsPerGroup);
  const folder = mkdtempSync(join(tmpdir(), 'mr-mentor-haproxy-'));
  const write = (file: keyof typeof haproxyFiles, lines: readonly string[]): void =>
    writeFileSync(join(folder, haproxyFiles[file]), `${lines.join('\n')}\n`, { mode: 0o600 });
  const slots = new TargetSlots(
    Object.fromEntries(description.targetGroups.map((group) => [group.logicalId, slotNames(group, slotsPerGroup)])),
  );
  write('configuration', [configuration]);
  write('certificate', [certificate.cert, certificate.key]);
  write(
    'shares',
    description.rules.map((rule) => `${rule.logicalId} ${shares(rule, rule.weights)}`),
  );
  write(
    'targets',
    slots.names.map((slot) => `${slot} nobody`),
  );
  const server = new ServerProcess({
    name: 'HAProxy',
    folder,
    environment,
    // With a master it says when it is ready.
    server: { command, args: ['-W', '-db', '-f', haproxyFiles.configuration] },
    readyLine: /Loading success/,
    closeWith: 'SIGTERM',
    killWith: 'SIGKILL',
  });
  await server.ready();
  return new HaproxyLoadBalancer(props, ports, slots, new HaproxyRuntime(join(folder, haproxyFiles.api)), server);
}

export class HaproxyLoadBalancer implements LoadBalancer {
  /** Takes TLS after the PROXY protocol's line (version 1), which says the client's address. */
  readonly httpsPort: number;
  /** Takes TLS, and the client's address is that of the connection. */
  readonly directPort: number;
  /** Resolves, with the reason, should it end by itself. */
  readonly crashed: Promise<Error>;

  constructor(
    private readonly props: LoadBalancerProps,
    ports: HaproxyPorts,
    private readonly slots: TargetSlots,
    private readonly runtime: HaproxyRuntime,
    private readonly server: ServerProcess,
  ) {
    this.httpsPort = ports.proxied;
    this.directPort = ports.direct;
    this.crashed = server.crashed;
  }

  async register(targetGroup: string, target: Target): Promise<void> {
    const slot = this.slots.take(targetGroup, target, now());
    const server = `set server ${targetGroup}/${slot}`;
    const called = `${name(this.props.groupNames?.[targetGroup] ?? targetGroup)}/${target.id}`;
    await this.runtime.run(
      `set map ${haproxyFiles.targets} ${slot} ${called}`,
      `${server} addr 127.0.0.1 port ${target.port}`,
      // HAProxy takes what is ready for healthy until a check fails. Without weight it gets nothing meanwhile.
      `${server} weight 0`,
      `${server} state ready`,
      `${server} health down`,
      `${server} weight 100%`,
    );
  }

  async health(targetGroup: string): Promise<Readonly<Record<string, TargetHealth>>> {
    return this.healthIn(targetGroup, await this.runtime.servers());
  }

  async lastCheck(targetGroup: string, targetId: string): Promise<string | undefined> {
    const { slot } = this.slots.of(targetGroup, targetId);
    const row = (await this.runtime.servers()).find(({ svname }) => svname === slot);
    return row && lastCheck(row);
  }

  async deregister(targetGroup: string, targetId: string): Promise<void> {
    const { slot } = this.slots.of(targetGroup, targetId);
    // Known before it is done, so that nobody sees a target without checks and takes it for unhealthy.
    this.slots.drain(targetGroup, targetId);
    // Not "drain": HAProxy would still send clients there whose cookie says so.
    await this.runtime.run(`set server ${targetGroup}/${slot} state maint`);
  }

  async complete(targetGroup: string, targetId: string): Promise<void> {
    await this.deregister(targetGroup, targetId);
    const { slot } = this.slots.of(targetGroup, targetId);
    await this.runtime.run(`shutdown sessions server ${targetGroup}/${slot}`);
    this.slots.free(targetGroup, targetId);
  }

  /** A group that is not among them has the weight 0. */
  async setWeights(rule: string, weights: Readonly<Record<string, number>>): Promise<void> {
    const listenerRule = found('listener rule', this.props.description.rules, rule);
    // One value for all groups, so that no request sees a part of the change.
    await this.runtime.run(`set map ${haproxyFiles.shares} ${rule} ${shares(listenerRule, weights)}`);
  }

  async counters(): Promise<Readonly<Record<string, TargetGroupCounters>>> {
    const rows = await this.runtime.servers();
    return Object.fromEntries(
      this.props.description.targetGroups.map(({ logicalId }) => {
        const servers = rows.filter(({ pxname }) => pxname === logicalId);
        const answers = (column: string) => servers.reduce((sum, row) => sum + Number(row[column]), 0);
        const healths = Object.values(this.healthIn(logicalId, rows));
        return [
          logicalId,
          {
            requests: answerColumns.reduce((sum, column) => sum + answers(column), 0),
            target5xx: answers('hrsp_5xx'),
            healthyHosts: healths.filter((health) => health === 'healthy').length,
            unhealthyHosts: healths.filter((health) => health === 'unhealthy').length,
          },
        ];
      }),
    );
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }

  private healthIn(targetGroup: string, rows: readonly ServerRow[]): Readonly<Record<string, TargetHealth>> {
    const status = new Map(rows.map(({ svname = '', status = '' }) => [svname, status]));
    const { healthCheck } = found('target group', this.props.description.targetGroups, targetGroup);
    return Object.fromEntries(
      this.slots
        .in(targetGroup)
        .map((target) => [target.id, targetHealth(target, status.get(target.slot) ?? '', healthCheck, now())]),
    );
  }
}

function found<T extends { readonly logicalId: string }>(what: string, all: readonly T[], logicalId: string): T {
  const one = all.find((candidate) => candidate.logicalId === logicalId);
  if (one) return one;
  const ids = all.map((candidate) => candidate.logicalId).join(', ');
  throw new Error(`There is no ${what} "${logicalId}": must be one of ${ids}.`);
}
