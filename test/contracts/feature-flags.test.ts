import recommended from 'aws-cdk-lib/recommended-feature-flags.json';
import { featureFlags } from '../synthesise';

/** Flags whose value is not the recommended one, with the reason. */
const deviations: Readonly<Record<string, { readonly value: unknown; readonly because: string }>> = {
  '@aws-cdk/core:defaultCrossStackReferences': {
    value: 'strong',
    because: 'Weak ones are Fn::GetStackOutput, which other intrinsics do not take in every region yet.',
  },
  '@aws-cdk/core:target-partitions': {
    value: ['aws'],
    because: 'The platform is in no other partition, and a mapping for China would stand in every template.',
  },
};

it('has every feature flag that this version of the CDK recommends, at its recommended value or with a reason', () => {
  const expected = Object.fromEntries(
    Object.entries(recommended).map(([flag, value]) => [flag, deviations[flag]?.value ?? value]),
  );
  expect(featureFlags).toEqual(expected);
});

it('deviates only where there is something to deviate from', () => {
  for (const [flag, { value }] of Object.entries(deviations))
    expect(value).not.toEqual((recommended as Record<string, unknown>)[flag]);
});
