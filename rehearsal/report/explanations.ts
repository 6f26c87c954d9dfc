import type { Stage } from './stage-names';

/** A failed request, as far as it tells why. */
export interface FailedRequest {
  readonly kind: string;
  readonly result: number | string;
  /** In which it ended. @default - no deployment went on */
  readonly stage?: Stage;
  /** The colour that answered is the one that was there before, or the one that the deployment brings. */
  readonly answeredBy: 'old' | 'new' | 'other' | 'nobody';
}

interface Explanation {
  /** A status, or a pattern of the reason why there was no whole answer. */
  readonly results: readonly (number | RegExp)[];
  readonly kinds?: RegExp;
  readonly stages?: readonly Stage[];
  readonly answeredBy?: readonly FailedRequest['answeredBy'][];
  /** What it means, and what to look at. */
  readonly sentence: string;
}

const afterShift: readonly Stage[] = [
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
  'BAKE_TIME',
  'ROLLBACK',
];
const noUpload =
  "A browser would not let its page upload: the bucket's CORS rule does not allow the page's origin. Compare CorsConfiguration of the bucket with the environment's origins.";
const bothColours: readonly Stage[] = ['SCALE_UP', 'POST_SCALE_UP', 'TEST_TRAFFIC_SHIFT', 'POST_TEST_TRAFFIC_SHIFT'];
/** As a status, or with what it lacks: `200, but about somebody else`. */
const succeeded = [200, 201, 202, 204, /^2\d\d\b/];
/** The client's patience ended, or the connection's. */
export const timedOut = /no answer within|timed? ?-?out|ETIMEDOUT/i;
const cut = /ECONNRESET|EPIPE|hang ?up|aborted|closed|cut|ECONNABORTED|premature/i;

/** The first that fits explains it: the particular before the general. */
const explanations: readonly Explanation[] = [
  {
    results: [/^not sent/],
    sentence:
      'So many requests waited for their answers that the load could not begin another one: the service stood still, or this machine is too slow for the rate; look at the latency of that moment, and rehearse with a lower --rate if it is high from the beginning.',
  },
  {
    results: [429],
    sentence:
      'A rate limit refused it although every client of the load stays below the limits: the containers count many clients as one address. Compare TRUST_PROXY_HOPS with the number of load balancers in front of the container (one), and see that X-Forwarded-For reaches it.',
  },
  {
    results: [/no page of/, 403, 404],
    kinds: /^upload preflight$/,
    sentence: noUpload,
  },
  {
    results: [/no page of/],
    kinds: /^upload$/,
    sentence: noUpload,
  },
  {
    results: [/no page of/],
    sentence:
      "A browser would not show the answer to its page, whose origin it does not allow. Compare CORS_ALLOWED_ORIGINS of the task definition with the environment's origins.",
  },
  {
    results: [403, ...succeeded],
    kinds: /^preflight$/,
    sentence:
      "A browser would not send the request: the answer to its preflight does not allow the page's origin. Compare CORS_ALLOWED_ORIGINS of the task definition with the environment's origins.",
  },
  {
    results: [401, 403],
    kinds: /^upload$/,
    sentence:
      "S3 refused the presigned URL: it was signed with other credentials than the task role's, for another bucket or region, or with headers that a browser does not send. Look at the bucket names of the task definition.",
  },
  {
    results: [401],
    sentence:
      'A valid token was refused: the containers verify with another JWT_SECRET than the one that signed it. The application secret was changed between two tasks, or a colour started without it.',
  },
  {
    results: [403],
    sentence:
      "The service refused a caller who is allowed to: the page's origin is missing in CORS_ALLOWED_ORIGINS, or the role in the token is read differently by this revision.",
  },
  {
    results: [404],
    answeredBy: ['new'],
    sentence:
      'The new revision does not know a path that the old one serves, or does not find what was written before it.',
  },
  {
    results: [404],
    sentence:
      'The path, or what it names, is not there: look at the listener rules and at the routes of this revision.',
  },
  {
    results: [503],
    answeredBy: ['nobody'],
    stages: ['CLEAN_UP'],
    sentence:
      'The load balancer had no target for it: the rule, or a stickiness cookie (AWSALBTG), still leads to the target group that is being emptied. Stickiness between target groups has to be off, and the weights must be shifted before the clean-up.',
  },
  {
    results: [503],
    answeredBy: ['nobody'],
    stages: afterShift,
    sentence:
      'The load balancer had no healthy target in the group that has the traffic: it was shifted before the new tasks passed the health checks, or they failed them under load. Look at the target group’s health check and at the log of these tasks.',
  },
  {
    results: [503],
    answeredBy: ['nobody'],
    sentence:
      'The load balancer had no healthy target, or no listener rule for the host name. Look at the health checks of the target group and at the hosts of the production rule.',
  },
  {
    results: [503],
    sentence:
      'The container answered that a store is away. Both colours may hold more connections than PostgreSQL allows: compare DB_CONNECTION_LIMIT times all tasks of a release with max_connections; then look at the log for "is away".',
  },
  {
    results: [502, cut],
    kinds: /slow/i,
    stages: ['CLEAN_UP', 'ROLLBACK'],
    sentence:
      'It was cut at deregistration: the slowest request takes longer than deregistration_delay.timeout_seconds of its target group. Raise timings.deregistrationDelay above timings.slowestRequest, or make the request shorter.',
  },
  {
    results: [502, cut],
    stages: ['CLEAN_UP', 'WORKER'],
    sentence:
      'The task ended while the load balancer still sent to it: after SIGTERM it has to serve on for SHUTDOWN_DRAIN_SECONDS and to finish what is in flight before SHUTDOWN_DEADLINE_SECONDS and the stop timeout. Look at the log of the task from its SIGTERM on.',
  },
  {
    results: [502],
    sentence:
      'The task closed a connection that the load balancer was using: KEEP_ALIVE_TIMEOUT_SECONDS has to be above idle_timeout.timeout_seconds, and a task must not end by itself. Look at the log of the task for a crash in that moment.',
  },
  {
    results: [504],
    kinds: /slow/i,
    sentence:
      'The load balancer gave up waiting: the slowest request takes longer than idle_timeout.timeout_seconds. Raise timings.albIdleTimeout above timings.slowestRequest.',
  },
  {
    results: [504, timedOut],
    sentence:
      'There was no answer in time: the task stood still, or waited for PostgreSQL or Redis. Look at the latency before that moment, at locks of a migration, and at the connections that the tasks hold.',
  },
  {
    results: [500],
    answeredBy: ['old'],
    stages: [...bothColours, ...afterShift],
    sentence:
      'The old revision failed while the new one ran beside it: a migration of the new revision takes away what the old one needs, or asks for what it does not know. Migrations of a release may only expand (docs/decisions/0009).',
  },
  {
    results: [500],
    answeredBy: ['new'],
    sentence:
      'The new revision fails where the old one served, and neither the smoke test nor an alarm took it back before users met it. Look at its log for "request failed".',
  },
  { results: [500], sentence: 'The service failed. Look at the log of the task for "request failed".' },
  {
    results: [/ECONNREFUSED/],
    sentence: 'Nobody listens at the load balancer: it ended, or was never there. Look at the log of the rehearsal.',
  },
  {
    results: [/cert|TLS|SSL|altname/i],
    sentence:
      "The TLS handshake failed: the certificate does not carry the host name, or was made by another authority. Compare the environment's apiDomains with the hosts of the listener rules.",
  },
  {
    results: [cut],
    sentence:
      'The connection was cut before the answer was whole: the load balancer closed it with the target, or a task died. Look at the tasks’ exits of that moment.',
  },
  {
    results: succeeded,
    sentence:
      'The status is right and the answer is not: it does not hold what was asked for. Compare what this revision answers with what the request kind expects in rehearsal/load.',
  },
];

const fits = (wanted: number | RegExp, result: number | string) =>
  typeof wanted === 'number' ? wanted === result : typeof result === 'string' && wanted.test(result);

/** What a failed request means and what to look at, in a sentence or two. */
export function explain({ kind, result, stage, answeredBy }: FailedRequest): string {
  const found = explanations.find(
    (candidate) =>
      candidate.results.some((wanted) => fits(wanted, result)) &&
      (candidate.kinds?.test(kind) ?? true) &&
      (candidate.stages === undefined || (stage !== undefined && candidate.stages.includes(stage))) &&
      (candidate.answeredBy?.includes(answeredBy) ?? true),
  );
  if (found) return found.sentence;
  return typeof result === 'number'
    ? `Status ${result} is none of those that serve a request of this kind. Look at the log of the task that answered.`
    : 'There was no whole answer. Look at the log of the load balancer and at the tasks’ exits of that moment.';
}
