import type { GuardedStack } from '../assembly/guarded-stack';

/** How the CDK calls the one resource of a construct: the construct's own name says more. */
const inner = /\/(Resource|Default)$/;

/** The construct's path below its stack, as people find it in `lib/`; without one, the logical id. */
export function labelOf(stack: GuardedStack, logicalId: string): string {
  const stated = stack.template.Resources[logicalId]?.Metadata?.['aws:cdk:path'];
  const path = typeof stated === 'string' ? stated : stack.constructPaths[logicalId];
  if (path === undefined) return logicalId;
  const below = path.startsWith(`${stack.path}/`) ? path.slice(stack.path.length + 1) : path;
  return below.replace(inner, '');
}
