/** The cdk-nag packs whose findings stop a synth unless acknowledged, by the prefix of their rules. */
export const policyPacks = ['AwsSolutions', 'NIST.800.53.R5'] as const;
export type PolicyPack = (typeof policyPacks)[number];
