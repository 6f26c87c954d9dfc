import { physicalId } from '../stack-resources';
import { type Answer, skipped } from './answer';
import type { Site } from './site';

/** Whether there is a service to look at; before the first deployment there is none. */
export const isServed = async (site: Site): Promise<boolean> =>
  physicalId(await site.resourcesOf('service'), 'AWS::ECS::Service', 'Web') !== undefined;

export const notServed = ({ config }: Site): Answer => skipped(`${config.name} has no service yet`);
