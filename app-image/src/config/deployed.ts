import type { Source } from './stated-values';
import { strictEnvironments } from './variable';

/**
 * Whether real users or their data may be behind it, so that nothing is left to a laptop's defaults.
 *
 * APP_ENV alone cannot tell: development is deployed and runs on laptops. ECS sets the metadata address in every task.
 * A test run is none, although its machine may be a task.
 */
export function isDeployed(source: Source): boolean {
  if (source.APP_ENV === 'test') return false;
  return strictEnvironments.some((name) => name === source.APP_ENV) || Boolean(source.ECS_CONTAINER_METADATA_URI_V4);
}
