import type { SlackChannel } from './environment';

/**
 * The AWS accounts, hosted zones and repository of this platform: the one place to edit before the
 * first deployment. Ids that begin with nine zeros are placeholders; everything synthesises with them,
 * and the CDK CLI refuses to deploy to them (cdk-cli-plugin/).
 */

/** Account ids, 12 digits. `-c account=…` replaces both, for a rehearsal in a single account. */
export const accounts = {
  nonProduction: '000000000001',
  production: '000000000002',
} as const;

/**
 * Ids of Route 53 public hosted zones, by domain, e.g. 'Z0123456789ABCDEFGHIJ'. While one is undefined,
 * each host name below it gets a hosted zone of its own, whose name servers somebody delegates to once.
 */
export const hostedZones: Readonly<Record<'mrmentor.in' | 'myanalyticsschool.com', string | undefined>> = {
  'mrmentor.in': undefined,
  'myanalyticsschool.com': undefined,
};

/**
 * Slack channels of alarms. While one is undefined, its alarms come by e-mail only. AWS binds a channel to one
 * configuration of an account, so each environment of an account, and each severity, has its own.
 */
export const slackChannels: Readonly<
  Record<'development' | 'staging' | 'demo' | 'production' | 'production-pages', SlackChannel | undefined>
> = {
  development: undefined,
  staging: undefined,
  demo: undefined,
  production: undefined,
  'production-pages': undefined,
};

/** The GitHub repository whose workflows may assume the deploy and diff roles. */
export const repository = { owner: 'myanalyticsschool', name: 'mr-mentor-infra' } as const;

export const isPlaceholderAccount = (account: string): boolean => account.startsWith('000000000');
