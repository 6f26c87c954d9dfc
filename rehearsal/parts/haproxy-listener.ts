import type { ListenerRule, LoadBalancerDescription } from '../assembly/deployment';
import { name, quoted, wildcard } from './haproxy-syntax';

/** Of 127.0.0.1, with the same rules. */
export interface HaproxyPorts {
  /** Speaks the PROXY protocol, by which a client says which address it has. */
  readonly proxied: number;
  readonly direct: number;
}

/** What a rule's traffic is divided into. */
const ALL_SHARES = 10_000;

/** Weights of a rule as the map has them: how far each group's share reaches, in the order in which the rule has them. */
export function shares(
  { logicalId, weights: groups }: ListenerRule,
  weights: Readonly<Record<string, number>>,
): string {
  for (const [group, weight] of Object.entries(weights)) {
    if (!(group in groups))
      throw new Error(
        `Rule ${logicalId} does not forward to "${group}": must be one of ${Object.keys(groups).join(', ')}.`,
      );
    if (!Number.isInteger(weight) || weight < 0 || weight > 999)
      throw new Error(
        `The weight of ${group} in rule ${logicalId} is ${weight}: must be a whole number from 0 to 999.`,
      );
  }
  const total = Object.keys(groups).reduce((sum, group) => sum + (weights[group] ?? 0), 0);
  let reached = 0;
  return Object.keys(groups)
    .map((group) => {
      reached += weights[group] ?? 0;
      return total === 0 ? 0 : Math.round((reached / total) * ALL_SHARES);
    })
    .join('.');
}

/** The HTTPS listener with its rules: finds the rule that a request matches, and the rule's target group for it. */
export function haproxyListener(
  loadBalancer: LoadBalancerDescription,
  ports: HaproxyPorts,
  files: { readonly certificate: string; readonly shares: string; readonly targets: string },
): string[] {
  const { defaultResponse } = loadBalancer;
  const rules = [...loadBalancer.rules].sort((a, b) => a.priority - b.priority);
  const tls = `ssl crt ${files.certificate} alpn h2,http/1.1 ssl-min-ver TLSv1.2`;
  return [
    'frontend https',
    `bind 127.0.0.1:${ports.proxied} ${tls} accept-proxy`,
    `bind 127.0.0.1:${ports.direct} ${tls}`,
    ...(loadBalancer.dropInvalidHeaderFields ? ['http-request del-header [^A-Za-z0-9-] -m reg'] : []),
    ...requestHeaders,

    'http-request set-var(txn.host) req.hdr(host),host_only,lower',
    ...rules.map((rule) => `http-request set-var(txn.rule) str(${name(rule.logicalId)}) if ${conditions(rule)}`),
    `http-request return status ${defaultResponse.status} ${bodyOf(defaultResponse)}if !{ var(txn.rule) -m found }`,

    ...groupStickiness(rules),
    `http-request set-var(txn.shares) var(txn.rule),map(${files.shares})`,
    `http-request set-var(txn.dice) rand(${ALL_SHARES})`,
    ...rules.flatMap(shareOut),
    // One that all groups of the rule are too light for goes nowhere, and is a 503.
    'use_backend %[var(txn.group)]',

    // 101 too, which is how a WebSocket begins.
    `http-response set-header x-rehearsal-target %[srv_name,map(${files.targets})]`,
  ];
}

/** HAProxy takes no empty text. */
const bodyOf = ({ contentType, body }: LoadBalancerDescription['defaultResponse']): string =>
  body === '' ? '' : `content-type ${quoted(contentType)} string ${quoted(body)} `;

const random = '%[rand(4294967295),hex,bytes(8,8)]';

const requestHeaders: readonly string[] = [
  'http-request set-header X-Forwarded-Proto https',
  'http-request set-header X-Forwarded-Port 443',
  `unique-id-format 1-%[date,hex,bytes(8,8)]-${random}${random}${random}`,
  "http-request set-header X-Amzn-Trace-Id 'Self=%[unique-id];%[req.hdr(X-Amzn-Trace-Id)]' if { req.hdr(X-Amzn-Trace-Id) -m found }",
  'http-request set-header X-Amzn-Trace-Id Root=%[unique-id] if !{ req.hdr(X-Amzn-Trace-Id) -m found }',
];

function conditions({ hosts, headers, paths }: ListenerRule): string {
  const oneOf = (sample: string, flags: string, values: readonly string[]) =>
    values.length === 0
      ? []
      : [`{ ${sample} ${flags} -- ${values.map((value) => quoted(wildcard(value))).join(' ')} }`];
  return [
    '!{ var(txn.rule) -m found }',
    ...oneOf('var(txn.host)', '-i -m reg', hosts),
    ...headers.flatMap((header) => oneOf(`req.fhdr(${name(header.name)})`, '-i -m reg', header.values)),
    ...oneOf('path', '-m reg', paths),
  ].join(' ');
}

/**
 * The cookie says rule, group and when it ends, in milliseconds: from the first answer on, whatever the client asks for
 * later. It has no Max-Age, which knows whole seconds only.
 */
function groupStickiness(rules: readonly ListenerRule[]): string[] {
  const sticky = rules.filter(({ groupStickiness }) => groupStickiness !== undefined);
  if (sticky.length === 0) return [];
  const bound = [
    '{ var(txn.stickiness) -m found }',
    '{ req.cook(AWSALBTG),field(1,.),strcmp(txn.rule) -m int eq 0 }',
    '{ req.cook(AWSALBTG),field(3,.),sub(txn.now) -m int gt 0 }',
  ].join(' ');
  const unbound = '{ var(txn.stickiness) -m found } !{ var(txn.bound) -m found }';
  return [
    ...sticky.map(
      ({ logicalId, groupStickiness = 0 }) =>
        `http-request set-var(txn.stickiness) int(${Math.round(groupStickiness * 1000)}) if { var(txn.rule) -m str ${logicalId} }`,
    ),
    'http-request set-var(txn.now) date(0,ms)',
    `http-request set-var(txn.bound) bool(true) if ${bound}`,
    'http-request set-var(txn.group) req.cook(AWSALBTG),field(2,.) if { var(txn.bound) -m found }',
    `http-response set-var(txn.until) date(0,ms),add(txn.stickiness) if ${unbound}`,
    `http-response add-header Set-Cookie 'AWSALBTG=%[var(txn.rule)].%[var(txn.group)].%[var(txn.until)]; Path=/' if ${unbound}`,
  ];
}

const shareOut = ({ logicalId, weights }: ListenerRule): string[] =>
  Object.keys(weights).map(
    (group, index) =>
      `http-request set-var(txn.group) str(${name(group)}) if !{ var(txn.group) -m found } { var(txn.rule) -m str ${logicalId} } { var(txn.shares),field(${index + 1},.),sub(txn.dice) -m int gt 0 }`,
  );
