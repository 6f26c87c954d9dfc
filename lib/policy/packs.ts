import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, NIST80053R5Checks } from 'cdk-nag';

/** The packs whose findings stop a synth unless acknowledged, by the prefix of their rules. */
export const policyPacks = ['AwsSolutions', 'NIST.800.53.R5'] as const;

export function addPolicyPacks(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new NIST80053R5Checks(app));
}
