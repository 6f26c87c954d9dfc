import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, type NagPack, NIST80053R5Checks } from 'cdk-nag';
import { type PolicyPack, policyPacks } from '../config/policy-packs';

const packs: Readonly<Record<PolicyPack, new (scope: App) => NagPack>> = {
  AwsSolutions: AwsSolutionsChecks,
  'NIST.800.53.R5': NIST80053R5Checks,
};

export function addPolicyPacks(app: App): void {
  Validations.of(app).addPlugins(...policyPacks.map((name) => new packs[name](app)));
}
