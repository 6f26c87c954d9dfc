/**
 * The platform's documented limits, from one address: the last request of a window is served, the next one is refused with
 * the documented body and headers. The window of webhooks, 1,000 requests a minute, is not tried.
 */
interface Limiter {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** As the platform documents it, not as the service's code says. */
  readonly limit: number;
  readonly windowSeconds: number;
}

const limiters: readonly Limiter[] = [
  { name: 'Auth', method: 'POST', path: '/api/auth/login', limit: 10, windowSeconds: 900 },
  { name: 'AI', method: 'POST', path: '/api/ai/ask', limit: 30, windowSeconds: 60 },
  { name: 'General', method: 'GET', path: '/api/system-config/rate-limit-check', limit: 100, windowSeconds: 60 },
];

const send = (base: URL, { method, path }: Limiter) =>
  fetch(new URL(path, base), {
    method,
    signal: AbortSignal.timeout(10_000),
    ...(method === 'POST' && { headers: { 'content-type': 'application/json' }, body: '{}' }),
  });

/** @returns what is wrong, in words; nothing when the limiter holds. */
async function check(base: URL, limiter: Limiter): Promise<string[]> {
  const { limit, windowSeconds } = limiter;
  for (let count = 1; count <= limit; count += 1) {
    const response = await send(base, limiter);
    await response.arrayBuffer();
    const remaining = Number(response.headers.get('ratelimit-remaining'));
    if (count === 1 && remaining !== limit - 1)
      return [`the window is not fresh: ${remaining} of ${limit} requests are left; wait for its end and try again`];
    if (response.status === 429) return [`request ${count} of ${limit} was refused already`];
    if (response.status >= 500) return [`request ${count} was answered with ${response.status}`];
  }
  const refused = await send(base, limiter);
  if (refused.status !== 429) return [`request ${limit + 1} was answered with ${refused.status}, not with 429`];
  return [
    ...wrongHeaders(refused.headers, limiter),
    ...wrongBody((await refused.json().catch(() => ({}))) as Record<string, unknown>, windowSeconds),
  ];
}

function wrongHeaders(headers: Headers, { limit, windowSeconds }: Limiter): string[] {
  const number = (name: string) => Number(headers.get(name) ?? Number.NaN);
  const now = Date.now() / 1000;
  const reset = number('ratelimit-reset');
  return [
    ...(number('ratelimit-limit') === limit ? [] : [`RateLimit-Limit is ${headers.get('ratelimit-limit')}`]),
    ...(number('ratelimit-remaining') === 0 ? [] : [`RateLimit-Remaining is ${headers.get('ratelimit-remaining')}`]),
    ...(reset > now - 60 && reset < now + windowSeconds + 60
      ? []
      : [`RateLimit-Reset is ${headers.get('ratelimit-reset')}, no Unix timestamp in this window`]),
    ...(number('retry-after') > 0 ? [] : [`Retry-After is ${headers.get('retry-after')}`]),
    ...(headers.has('x-ratelimit-limit') ? ['the legacy header X-RateLimit-Limit is sent'] : []),
  ];
}

function wrongBody(body: Record<string, unknown>, windowSeconds: number): string[] {
  const { success, code, message, retryAfter, timestamp } = body;
  const holds =
    success === false &&
    code === 'RATE_LIMIT_EXCEEDED' &&
    message === 'Too many requests. Please slow down and try again later.' &&
    typeof retryAfter === 'number' &&
    retryAfter >= 1 &&
    retryAfter <= windowSeconds &&
    !Number.isNaN(Date.parse(String(timestamp)));
  return holds ? [] : [`the body is ${JSON.stringify(body)}`];
}

/** Prints what holds and what does not. @returns whether all do */
export async function checkRateLimits(base: URL): Promise<boolean> {
  console.log(`Rate limits of ${base.origin}`);
  let failed = 0;
  for (const limiter of limiters) {
    const { name, method, path, limit } = limiter;
    const problems = await check(base, limiter).catch((error: Error) => [
      `the server cannot be reached: ${(error.cause as Error | undefined)?.message ?? error.message}`,
    ]);
    if (problems.length > 0) failed += 1;
    console.log(`  ${problems.length === 0 ? '✓' : '✗'} ${name}: ${limit} times ${method} ${path}, then 429`);
    for (const problem of problems) console.log(`      ${problem}`);
  }
  console.log(`${limiters.length - failed} passed, ${failed} failed`);
  return failed === 0;
}
