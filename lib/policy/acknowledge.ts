import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Accepts findings of the policy packs on one construct and what is below it, each with the reason
 * that a security reviewer reads. `npm run synth` counts them; a test fails on one that accepts nothing.
 *
 * @param reasons rule id, as the pack prints it (`AwsSolutions-IAM5[Resource::*]`), to reason.
 */
export function acknowledge(construct: IConstruct, reasons: Record<string, string>): void {
  Validations.of(construct).acknowledge(...Object.entries(reasons).map(([id, reason]) => ({ id, reason })));
}
