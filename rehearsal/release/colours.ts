import type { BlueGreenRelease, LoadBalancerDescription, TargetGroupDescription } from '../assembly/deployment';
import type { Colour } from '../record';

/** Blue is the target group that the template names first, whichever has production traffic. */
export const targetGroupOf = ({ targetGroup, alternateTargetGroup }: BlueGreenRelease, colour: Colour): string =>
  colour === 'blue' ? targetGroup : alternateTargetGroup;

export const otherColour = (colour: Colour): Colour => (colour === 'blue' ? 'green' : 'blue');

/** All to one of the two; ECS writes both, so that no weight is left over. */
export const allTo = (blueGreen: BlueGreenRelease, colour: Colour): Readonly<Record<string, number>> => ({
  [targetGroupOf(blueGreen, otherColour(colour))]: 0,
  [targetGroupOf(blueGreen, colour)]: 100,
});

export function describedTargetGroup(loadBalancer: LoadBalancerDescription, logicalId: string): TargetGroupDescription {
  const found = loadBalancer.targetGroups.find((each) => each.logicalId === logicalId);
  if (found !== undefined) return found;
  const known = loadBalancer.targetGroups.map((each) => each.logicalId).join(', ');
  throw new Error(`The load balancer has no target group ${logicalId}; it has: ${known}. Look at how it was derived.`);
}
