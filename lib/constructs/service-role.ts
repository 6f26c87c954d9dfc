import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

export interface ServiceRoleProps {
  readonly assumedBy: iam.IPrincipal;
  readonly description: string;
  /** Only where something outside the stack names the role. @default - named by CloudFormation */
  readonly roleName?: string;
  /** AWS's own policies. @default - none */
  readonly managedPolicies?: iam.IManagedPolicy[];
  readonly maxSessionDuration?: iam.RoleProps['maxSessionDuration'];
}

/**
 * A role whose grants become one customer managed policy. `iam.Role` writes them inline, where neither
 * IAM's policy list nor its version history shows them (NIST 800-53 R5, AC-6).
 */
export class ServiceRole extends iam.Role {
  private permissions?: iam.ManagedPolicy;

  // Narrower than iam.Role's: no inline policies, no permissions boundary that a caller might forget.
  constructor(scope: Construct, id: string, props: ServiceRoleProps) {
    super(scope, id, props);
  }

  override addToPrincipalPolicy(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    this.permissions ??= this.attachPolicy();
    this.permissions.addStatements(statement);
    return { statementAdded: true, policyDependable: this };
  }

  /** Attached from the role's side: whatever starts after the role, starts with its permissions. */
  private attachPolicy(): iam.ManagedPolicy {
    const policy = new iam.ManagedPolicy(this, 'Permissions', {
      description: `Permissions of ${Stack.of(this).stackName} ${this.node.id}`,
    });
    this.addManagedPolicy(policy);
    return policy;
  }
}
