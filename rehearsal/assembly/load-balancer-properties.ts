import type { KeyAndValue, Numeric } from './property-values';

export interface Action {
  readonly Type: string;
  readonly TargetGroupArn?: string;
  readonly ForwardConfig?: {
    readonly TargetGroups?: readonly { readonly TargetGroupArn?: string; readonly Weight?: Numeric }[];
    readonly TargetGroupStickinessConfig?: { readonly Enabled?: boolean; readonly DurationSeconds?: Numeric };
  };
  readonly FixedResponseConfig?: {
    readonly StatusCode: Numeric;
    readonly ContentType?: string;
    readonly MessageBody?: string;
  };
}
export interface RuleCondition {
  readonly Field?: string;
  readonly Values?: readonly string[];
  readonly HostHeaderConfig?: { readonly Values?: readonly string[] };
  readonly HttpHeaderConfig?: { readonly HttpHeaderName?: string; readonly Values?: readonly string[] };
  readonly PathPatternConfig?: { readonly Values?: readonly string[] };
}
export interface TargetGroupProperties {
  readonly Port?: Numeric;
  readonly HealthCheckPath?: string;
  readonly HealthCheckIntervalSeconds?: Numeric;
  readonly HealthCheckTimeoutSeconds?: Numeric;
  readonly HealthyThresholdCount?: Numeric;
  readonly UnhealthyThresholdCount?: Numeric;
  readonly Matcher?: { readonly HttpCode?: string };
  readonly TargetGroupAttributes?: readonly KeyAndValue[];
}
