import { join } from 'node:path';
import type { LifecycleHook } from '../assembly/deployment';
import { pause } from '../clock';
import { type InvocationResult, invokeLambda } from './lambda-function';
import { type AskHook, type EcsService, type HookVerdict, hookEvent } from './lifecycle-hook';

/** Where a hook finds what it looks for on AWS. */
export interface HookSurroundings extends EcsService {
  /** Host names that lead to the load balancer: the public ones, and its own. */
  readonly hosts: readonly string[];
  /** Of its TLS listener on 127.0.0.1. */
  readonly port: number;
  /** The authority that issued its certificate. */
  readonly caFile: string;
  /** The module that resolves `hosts`, and nothing else, when it is preloaded. */
  readonly localNames: string;
  /** Divides the waits of the hook's code, and those between two calls. */
  readonly speed: number;
  /** @default - nobody reads what hooks write */
  readonly onLog?: (hook: LifecycleHook, lines: readonly string[]) => void;
}

/** Seconds between two calls of a hook that says IN_PROGRESS, and for how long it may say so. */
const CALL_BACK_DELAY = 30;
const LONGEST = 24 * 3600;

/** Invokes the functions that ECS would, until they have decided. */
export const hookInvoker =
  (surroundings: HookSurroundings): AskHook =>
  async (hook, question, signal) => {
    const { speed, localNames, onLog = () => {} } = surroundings;
    const { logicalId: functionName, codeDirectory, handler, timeout } = hook;
    const lambda = {
      environment: hookEnvironment(hook, surroundings),
      preload: [localNames, join(__dirname, 'shorter-waits.cjs')],
    };
    const endsAt = performance.now() + (LONGEST / speed) * 1000;
    let details: unknown;
    while (performance.now() < endsAt) {
      const event = hookEvent(surroundings, question, details);
      const result = await invokeLambda({ functionName, codeDirectory, handler, timeout, event }, lambda, signal);
      onLog(hook, result.log);
      const verdict = readAnswer(result);
      if (verdict.hookStatus !== 'IN_PROGRESS') return verdict;
      details = verdict.hookDetails ?? details;
      await pause(verdict.callBackDelay / speed, signal);
    }
    return { hookStatus: 'FAILED', reason: `It was still IN_PROGRESS after ${LONGEST / 3600} h.` };
  };

/** A function's own variables, with the load balancer's port where they name it, and what Lambda adds. */
export function hookEnvironment(
  { logicalId, environment }: LifecycleHook,
  { hosts, port, caFile, region, speed }: HookSurroundings,
): Record<string, string> {
  return {
    // Nobody but root may listen on 443, so the listener has a port that a URL without one does not mean.
    ...Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, withPort(value, hosts, port)])),
    AWS_REGION: region,
    AWS_LAMBDA_FUNCTION_NAME: logicalId,
    TZ: ':UTC',
    LOCAL_NAMES: hosts.join(','),
    NODE_EXTRA_CA_CERTS: caFile,
    WAITS_DIVIDED_BY: String(speed),
  };
}

function withPort(value: string, hosts: readonly string[], port: number): string {
  if (!value.startsWith('https://') || !URL.canParse(value)) return value;
  const { hostname, origin } = new URL(value);
  return hosts.includes(hostname) ? value.replace(origin, `https://${hostname}:${port}`) : value;
}

type Decision = HookVerdict | InProgress;
interface InProgress {
  readonly hookStatus: 'IN_PROGRESS';
  /** In seconds. */
  readonly callBackDelay: number;
  readonly hookDetails?: unknown;
}

/** As ECS takes it: whatever is no valid hookStatus fails the deployment. */
export function readAnswer({ answer, error, log }: InvocationResult): Decision {
  if (error !== undefined) return { hookStatus: 'FAILED', reason: withLog(`The function failed: ${error}`, log) };
  const { hookStatus, callBackDelay, hookDetails } = (answer ?? {}) as Partial<Omit<InProgress, 'hookStatus'>> & {
    readonly hookStatus?: unknown;
  };
  switch (hookStatus) {
    case 'SUCCEEDED':
      return { hookStatus };
    case 'FAILED':
      return { hookStatus, reason: failedChecks(log) ?? withLog('It gave no reason', log) };
    case 'IN_PROGRESS':
      return { hookStatus, callBackDelay: callBackDelay ?? CALL_BACK_DELAY, hookDetails };
    default: {
      const given = JSON.stringify(hookStatus) ?? 'nothing';
      const allowed = 'SUCCEEDED, FAILED, IN_PROGRESS';
      return { hookStatus: 'FAILED', reason: withLog(`It answered hookStatus ${given}; allowed: ${allowed}`, log) };
    }
  }
}

/** What failed and why, out of the lines that are JSON. */
function failedChecks(log: readonly string[]): string | undefined {
  const reasons = log.flatMap((line) => {
    const { check, reason } = parse(line);
    if (typeof reason !== 'string') return [];
    return [typeof check === 'string' ? `${check}: ${reason}` : reason];
  });
  return reasons.length === 0 ? undefined : reasons.join('; ');
}

function parse(line: string): { readonly check?: unknown; readonly reason?: unknown } {
  try {
    return JSON.parse(line) ?? {};
  } catch {
    return {};
  }
}

const withLog = (sentence: string, log: readonly string[]): string =>
  log.length === 0 ? `${sentence}.` : `${sentence}. Its last lines:\n${log.slice(-5).join('\n')}`;
