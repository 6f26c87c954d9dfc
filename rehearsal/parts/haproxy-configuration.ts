import type { LoadBalancerDescription, TargetGroupDescription } from '../assembly/deployment';
import { type HaproxyPorts, haproxyListener } from './haproxy-listener';
import { duration, healthCodes, name, quoted } from './haproxy-syntax';

/** In the folder that HAProxy runs in. */
export const haproxyFiles = {
  configuration: 'haproxy.cfg',
  /** The socket of the runtime API. */
  api: 'api',
  /** With its key, PEM. */
  certificate: 'certificate.pem',
  /** How each listener rule shares traffic out: see shares(). */
  shares: 'shares.map',
  /** Which target is in a slot, as `blue/web-2`. */
  targets: 'targets.map',
} as const;

/** Of connections, so that 4096 open files are enough: one has a client's side and a target's. */
const MAXIMUM_CONNECTIONS = 2000;
/** A load balancer's own; no attribute changes it. */
const CONNECT_TIMEOUT = 10;

/**
 * HAProxy, as an Application Load Balancer with these rules and target groups.
 *
 * Three things differ. A target is healthy after as many checks as the threshold asks for, also the first time, when a
 * load balancer takes one for enough. A group whose targets are all unhealthy answers 503, when a load balancer would try
 * them all. And where a target closes its connection under a request, a client that had asked something before over its
 * own connection has that closed, when a load balancer would answer 502: a failure either way.
 */
export function haproxyConfiguration(
  loadBalancer: LoadBalancerDescription,
  ports: HaproxyPorts,
  slotsPerGroup: number,
): string {
  const sections = [
    globals,
    defaults(loadBalancer.idleTimeout),
    haproxyListener(loadBalancer, ports, haproxyFiles),
    ...loadBalancer.targetGroups.map((group) => targetGroup(group, loadBalancer.idleTimeout, slotsPerGroup)),
  ];
  return `${sections.map(([title, ...lines]) => [title, ...lines.map((line) => `  ${line}`)].join('\n')).join('\n\n')}\n`;
}

/** Where a target group's targets are put: servers of HAProxy, which can have another port, but not another name. */
export const slotNames = ({ logicalId }: TargetGroupDescription, slotsPerGroup: number): string[] =>
  Array.from({ length: slotsPerGroup }, (_, index) => `${name(logicalId)}-${index + 1}`);

const globals: readonly string[] = [
  'global',
  `stats socket unix@${haproxyFiles.api} mode 600 level admin severity-output number`,
  // With more of them each has target connections of its own, and a quiet service loses what a pool is for.
  'nbthread 1',
  `maxconn ${MAXIMUM_CONNECTIONS}`,
  // A load balancer takes WebSockets over HTTP/1.1 only.
  'h2-workaround-bogus-websocket-clients',
];

const defaults = (idleTimeout: number): string[] => [
  'defaults',
  'mode http',
  `timeout connect ${duration(CONNECT_TIMEOUT)}`,
  ...['client', 'server', 'http-request', 'http-keep-alive', 'tunnel'].map(
    (which) => `timeout ${which} ${duration(idleTimeout)}`,
  ),
  // A load balancer pools the connections to its targets, and never tries a request again.
  'retries 0',
  'retry-on none',
  'http-reuse always',
  'option forwardfor',
];

function targetGroup(group: TargetGroupDescription, idleTimeout: number, slotsPerGroup: number): string[] {
  const { healthCheck: check, stickiness, logicalId } = group;
  return [
    `backend ${name(logicalId)}`,
    'balance roundrobin',
    'option httpchk',
    `http-check send meth GET uri ${quoted(check.path)} ver HTTP/1.1 hdr Host 127.0.0.1 hdr User-Agent ELB-HealthChecker/2.0`,
    `http-check expect status ${healthCodes(check.codes)}`,
    `timeout check ${duration(check.timeout)}`,
    ...(stickiness === undefined
      ? []
      : [
          // Made from a target's port, so that it is void once another one has the slot. It counts in whole seconds.
          `cookie AWSALB insert indirect dynamic maxidle ${Math.max(1, Math.ceil(stickiness))}s`,
          `dynamic-cookie-key ${name(logicalId)}`,
        ]),
    [
      `server-template ${name(logicalId)}- ${slotsPerGroup} 127.0.0.1:9 disabled check`,
      `inter ${duration(check.interval)} rise ${check.healthyThreshold} fall ${check.unhealthyThreshold}`,
      // Or half of the idle connections would be closed every 5 s, and a target that closes them early go unnoticed.
      `pool-purge-delay ${duration(idleTimeout)}`,
    ].join(' '),
  ];
}
