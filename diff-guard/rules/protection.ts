import type { StackChange } from '../compare/change';
import { type Finding, type Rule, stays } from './rule';
import { heldBy } from './stateful-types';
import { strengths, weakened } from './strength';

/** Resources of which a protection is weaker than before, by the table of strengths. */
export const weaker =
  (rule: string, essence: string, keep: string) =>
  (stack: StackChange): Finding[] =>
    stack.resources.flatMap((change) => {
      const { before, after } = change;
      // A stack that is gone from the app stays as it is.
      if (before === undefined || stack.after === undefined) return [];
      const lost = strengths
        .filter((strength) => strength.rule === rule && strength.type.test(before.Type))
        .filter((strength) => stays(change) || (strength.whenRemoved && change.movedTo === undefined))
        .flatMap((strength) => weakened(strength, before, after));
      if (lost.length === 0) return [];
      return [{ change, essence: `${essence} ${before.Type} ${change.label}`, detail: `${lost.join('; ')}.`, keep }];
    });

/** A helper of the CDK that empties a bucket when it is deleted, of a bucket that was there before. */
const emptiedBuckets = ({ before, resources }: StackChange): Finding[] =>
  resources
    .filter(
      ({ type, impact, movedFrom }) => type === 'Custom::S3AutoDeleteObjects' && impact === 'create' && !movedFrom,
    )
    .filter(({ after }) => {
      const name = after?.Properties?.BucketName as { readonly Ref?: string } | undefined;
      return heldBy(before?.template.Resources[name?.Ref ?? '']?.Type ?? '') !== undefined;
    })
    .map((change) => ({
      change,
      essence: `would empty a bucket with its deletion (${change.label})`,
      detail: 'autoDeleteObjects deletes every object once the bucket leaves the template.',
      keep: 'leave autoDeleteObjects off where data is kept.',
    }));

const stackProtection = ({ before, after }: StackChange): Finding[] =>
  before?.terminationProtection && after && !after.terminationProtection
    ? [
        {
          resource: after.stackName,
          essence: `would no longer protect the stack ${after.stackName} from deletion`,
          detail: 'Termination protection: true → false. One wrong `cdk destroy` then reaches what is in it.',
          keep: 'leave terminationProtection on.',
        },
      ]
    : [];

export const protectionRules: readonly Rule[] = [
  {
    id: 'removal-policy-weakened',
    verdict: 'red',
    title: 'A removal policy that keeps less than before',
    reason: 'It does nothing today, and deletes data with the next rename or removal.',
    find: (stack) => [
      ...weaker(
        'removal-policy-weakened',
        'would keep less when it is removed:',
        'leave the removal policy; lib/constructs/removal-policy.ts says what is kept where.',
      )(stack),
      ...emptiedBuckets(stack),
    ],
  },
  {
    id: 'deletion-protection-off',
    verdict: 'red',
    title: 'Deletion protection that is switched off',
    reason: 'It is what stands between one wrong call and the loss of the resource.',
    find: (stack) => [
      ...weaker(
        'deletion-protection-off',
        'would no longer protect from deletion:',
        'leave deletion protection on; somebody who has to delete it switches it off by hand.',
      )(stack),
      ...stackProtection(stack),
    ],
  },
  {
    id: 'backup-weakened',
    verdict: 'red',
    title: 'Backups that are fewer, or kept for less time',
    reason: 'RDS and AWS Backup delete the recovery points that are too old by the new number, at once.',
    find: weaker('backup-weakened', 'would keep fewer backups:', 'leave the number of days, versions and selections.'),
  },
  {
    id: 'retention-shortened',
    verdict: 'red',
    title: 'Something that expires earlier than before',
    reason: 'What is older than the new number is deleted within a day, and no change back brings it back.',
    find: weaker('retention-shortened', 'would delete earlier:', 'leave the number of days.'),
  },
  {
    id: 'encryption-weakened',
    verdict: 'red',
    title: 'Encryption that is switched off, or a key of our own that is given up',
    reason: 'Data that was written or sent in the clear once cannot be called back.',
    find: weaker('encryption-weakened', 'would encrypt less:', 'leave encryption and key as they are.'),
  },
  {
    id: 'public-access-block-weakened',
    verdict: 'red',
    title: 'A block of public access that is lifted',
    reason: 'It is what makes a wrong policy harmless.',
    find: weaker('public-access-block-weakened', 'would allow public access:', 'leave all four blocks on.'),
  },
];
