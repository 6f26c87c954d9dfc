import { smokeChecks, testHeader } from '../../lib/config/container';
import type { EnvironmentName } from '../../lib/config/environment';

export interface SmokeProps {
  readonly url: URL;
  /** What `/api/health` has to say. */
  readonly environment: EnvironmentName;
  /** Of the image. @default - any */
  readonly revision?: string;
  /** Asks who answers the test listener rule, instead of who has production traffic. */
  readonly green: boolean;
  /** One good answer is enough. @default - three in a row, as a release asks for */
  readonly once?: boolean;
}

export interface SmokeResult {
  readonly check: string;
  readonly ok: boolean;
  readonly attempts: number;
  readonly ms: number;
  readonly reason?: string;
}

/** No rule looks for it. */
const noTestHeader = { name: 'x-mr-mentor-smoke', value: 'from-outside' };

/** The very checks of the hook that ECS asks in a release, from here. */
export async function smoke({ url, environment, revision, green, once = false }: SmokeProps): Promise<SmokeResult[]> {
  const [{ checks }, { readConfiguration }, { defaultTiming, runSmokeTest }] = await Promise.all([
    import('../../lib/functions/smoke-test/checks.mjs'),
    import('../../lib/functions/smoke-test/configuration.mjs'),
    import('../../lib/functions/smoke-test/smoke-test.mjs'),
  ]);
  const { name, value } = green ? testHeader : noTestHeader;
  const configuration = readConfiguration(
    {
      ...{ BASE_URL: url.origin, TEST_HEADER_NAME: name, TEST_HEADER_VALUE: value },
      ...{ EXPECTED_ENVIRONMENT: environment, EXPECTED_REVISION: revision, CHECKS: smokeChecks.join(',') },
    },
    checks,
  );
  // No listener rule has been changed that would have to reach the load balancer first.
  const timing = { ...defaultTiming, settle: 0, ...(once && { attempts: 1, consecutive: 1 }) };
  return (await runSmokeTest(configuration, timing)).results;
}

export function smokeText(target: string, results: readonly SmokeResult[]): string {
  const lines = results.map(({ check, ok, attempts, ms, reason }) =>
    ok ? `  ✓ ${check} (${attempts} times, ${ms} ms)` : `  ✗ ${check}: ${reason} (${attempts} times, ${ms} ms)`,
  );
  const failed = results.filter(({ ok }) => !ok).length;
  return [target, ...lines, `${results.length - failed} passed, ${failed} failed`].join('\n');
}
