import type { FollowedTask } from './follow';

export const isEndedWell = ({ state, dryRun }: FollowedTask): boolean => state.exitCode === 0 && !dryRun;

/** Why a task has not done its work, and what to do where that is known. */
export function explainStop({ state, summary, dryRun }: FollowedTask): string {
  const { exitCode, reason } = state;
  if (exitCode === 0 && dryRun)
    return 'the job changed nothing, as DRY_RUN is true in this environment.\nUnset it, and deploy the service stack.';
  if (exitCode === undefined) {
    const words = reason ?? 'ECS does not say why';
    return `the container never ran: ${words}${remedyFor(words)}`;
  }
  const why = summary?.reason ?? reason ?? 'its log does not say why';
  return `the container ended with ${exitCode}: ${why}${remedyFor(`${why} ${exitCode === 137 ? 'killed' : ''}`)}`;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html */
const remedies: readonly (readonly [words: RegExp, remedy: string])[] = [
  [/CannotPullContainer/, "Look whether its image is still in ECR, and at the hosts' way there."],
  [/ResourceInitializationError|secretsmanager/i, 'Look at the secret: npm run secrets -- check ENVIRONMENT'],
  [/OutOfMemory|killed/i, 'It was killed, as for too much memory: raise jobSize in lib/config/capacity.ts.'],
  [/RESOURCE:|no container instance|capacity/i, 'No host had room: wait for the end of a release, or raise hosts.max.'],
  [/Another backup of this database is running/, 'Wait for its end.'],
];

const remedyFor = (words: string): string => {
  const remedy = remedies.find(([pattern]) => pattern.test(words))?.[1];
  return remedy === undefined ? '' : `\n${remedy}`;
};
