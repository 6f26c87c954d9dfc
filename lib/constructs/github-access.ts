import { Arn, ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import type * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { repository } from '../config/accounts';
import type { EnvironmentName } from '../config/environment';
import { application } from '../config/names';
import { acknowledge } from '../policy/acknowledge';
import { ServiceRole } from './service-role';

export interface GitHubAccessProps {
  readonly images: ecr.IRepository;
  readonly environments: readonly EnvironmentName[];
  /** Regions that stacks are deployed to. */
  readonly regions: readonly string[];
}

const issuer = 'token.actions.githubusercontent.com';

/**
 * What the workflows of one GitHub repository may do in this account: no long-lived key, a role for
 * each deployment environment, and a read-only one for pull requests. The bootstrap roles behind them
 * are the account's: within one account these roles keep order, they don't isolate environments.
 */
export class GitHubAccess extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: GitHubAccessProps,
  ) {
    super(scope, id);
    const provider = new iam.OidcProviderNative(this, 'Provider', {
      url: `https://${issuer}`,
      clientIds: ['sts.amazonaws.com'],
    });
    for (const name of props.environments) {
      const role = this.role(provider, `deploy-${name}`, [`environment:${name}`], `Deploys ${name}`);
      this.allowBootstrapRoles(role, ['deploy', 'file-publishing', 'image-publishing', 'lookup']);
      this.allowImages(role);
    }
    const diff = this.role(
      provider,
      'diff',
      ['pull_request', 'ref:refs/heads/main'],
      'Reads, for the diff on a pull request and the nightly look for drift',
    );
    this.allowBootstrapRoles(diff, ['lookup']);
  }

  private role(
    provider: iam.IOidcProvider,
    name: string,
    subjects: readonly string[],
    description: string,
  ): ServiceRole {
    return new ServiceRole(this, name, {
      roleName: `${application}-${name}`,
      description,
      maxSessionDuration: Duration.hours(2),
      assumedBy: new iam.WebIdentityPrincipal(provider.oidcProviderArn, {
        StringEquals: {
          [`${issuer}:aud`]: 'sts.amazonaws.com',
          [`${issuer}:sub`]: subjects.map((subject) => `repo:${repository.owner}/${repository.name}:${subject}`),
        },
      }),
    });
  }

  /** The CDK CLI acts through the roles that `cdk bootstrap` made; the caller needs nothing but these. */
  private allowBootstrapRoles(role: iam.Role, kinds: readonly string[]): void {
    const stack = Stack.of(this);
    const { account } = stack;
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['sts:AssumeRole'],
        resources: this.props.regions.flatMap((region) =>
          kinds.map((kind) =>
            Arn.format(
              {
                service: 'iam',
                region: '',
                resource: 'role',
                resourceName: `cdk-hnb659fds-${kind}-role-${account}-${region}`,
                arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
              },
              stack,
            ),
          ),
        ),
      }),
    );
  }

  private allowImages(role: iam.Role): void {
    role.addToPolicy(new iam.PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }));
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: [
          'ecr:BatchCheckLayerAvailability',
          'ecr:BatchGetImage',
          'ecr:CompleteLayerUpload',
          'ecr:DescribeImages',
          'ecr:DescribeImageScanFindings',
          'ecr:GetDownloadUrlForLayer',
          'ecr:InitiateLayerUpload',
          'ecr:PutImage',
          'ecr:UploadLayerPart',
        ],
        resources: [this.props.images.repositoryArn],
      }),
    );
    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::*]':
        'ecr:GetAuthorizationToken has no resource; what it lets the caller do is bound to the repository below it.',
    });
  }
}
