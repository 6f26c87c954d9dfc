import { explain, type FailedRequest } from '../../../rehearsal/report/explanations';

const because = (more: Partial<FailedRequest>) =>
  explain({ kind: 'setting', result: 500, stage: 'BAKE_TIME', answeredBy: 'nobody', ...more });

it.each<[string, Partial<FailedRequest>, RegExp]>([
  [
    'a slow request cut in the clean-up',
    { result: 502, kind: 'slow lead', stage: 'CLEAN_UP' },
    /cut at deregistration.*deregistration_delay/,
  ],
  [
    'a slow connection cut in the clean-up',
    { result: 'ECONNRESET', kind: 'slow lead', stage: 'CLEAN_UP' },
    /cut at deregistration/,
  ],
  ['a quick one cut in the clean-up', { result: 502, stage: 'CLEAN_UP' }, /SHUTDOWN_DRAIN_SECONDS/],
  ['502 at any other time', { result: 502, stage: undefined }, /KEEP_ALIVE_TIMEOUT_SECONDS.*idle_timeout/],
  ['504 of a slow request', { result: 504, kind: 'slow lead' }, /slowest request takes longer than idle_timeout/],
  ['504', { result: 504 }, /no answer in time/],
  ['a user who has left', { result: 'no answer within 20 s' }, /no answer in time/],
  ['503 of the load balancer after the shift', { result: 503 }, /no healthy target in the group that has the traffic/],
  ['503 of the load balancer in the clean-up', { result: 503, stage: 'CLEAN_UP' }, /AWSALBTG/],
  ['503 of the load balancer at any other time', { result: 503, stage: undefined }, /no listener rule for the host/],
  ['503 of a task', { result: 503, answeredBy: 'new' }, /a store is away/],
  ['500 of the old colour', { result: 500, answeredBy: 'old' }, /Migrations of a release may only expand/],
  ['500 of the new colour', { result: 500, answeredBy: 'new' }, /new revision fails/],
  ['500 without a deployment', { result: 500, answeredBy: 'other', stage: undefined }, /^The service failed/],
  ['429', { result: 429, answeredBy: 'new' }, /TRUST_PROXY_HOPS/],
  ['a preflight refused', { result: 403, kind: 'preflight' }, /preflight.*CORS_ALLOWED_ORIGINS/],
  [
    'a preflight without its header',
    { result: '204, but that allows no POST', kind: 'preflight' },
    /preflight.*CORS_ALLOWED_ORIGINS/,
  ],
  [
    'an answer that no page may read',
    { result: '200, but no page of https://a.in may read it' },
    /CORS_ALLOWED_ORIGINS/,
  ],
  [
    'an upload that no page may read',
    { result: '200, but no page of https://a.in may read it', kind: 'upload' },
    /CORS rule/,
  ],
  ['an upload that its page may not send', { result: 403, kind: 'upload preflight' }, /CORS rule/],
  ['an upload refused', { result: 403, kind: 'upload' }, /presigned URL/],
  ['401', { result: 401, answeredBy: 'new' }, /JWT_SECRET/],
  ['403', { result: 403, answeredBy: 'new' }, /refused a caller/],
  ['404 of the new colour', { result: 404, answeredBy: 'new' }, /does not know a path/],
  ['404 of the old colour', { result: 404, answeredBy: 'old' }, /listener rules/],
  ['a wrong answer', { result: '200, but about somebody else' }, /status is right and the answer is not/],
  ['a request that was not sent', { result: 'not sent: 500 requests are under way' }, /could not begin another one/],
  ['a refused connection', { result: 'ECONNREFUSED' }, /Nobody listens/],
  ['a certificate of another', { result: 'ERR_TLS_CERT_ALTNAME_INVALID' }, /certificate does not carry/],
  ['a connection cut at any other time', { result: 'socket hang up' }, /closed it with the target/],
  ['a status that nobody thought of', { result: 418, answeredBy: 'new' }, /^Status 418/],
  ['a reason that nobody thought of', { result: 'EMFILE' }, /no whole answer/],
])('explains %s', (_, request, words) => expect(because(request)).toMatch(words));
