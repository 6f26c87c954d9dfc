import { Aspects, CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Types whose schema in cfn-lint 1.51 is older than their `Tags`; the CDK's own validator knows it. */
const taggedSince = new Set([
  'AWS::ApplicationAutoScaling::ScalableTarget',
  'AWS::CloudWatch::Dashboard',
  'AWS::ElasticLoadBalancingV2::Listener',
  'AWS::ElasticLoadBalancingV2::ListenerRule',
]);

/** Tells cfn-lint, in the way it reads from a template, not to take those tags for a mistake. */
export function excuseTags(scope: IConstruct): void {
  Aspects.of(scope).add({
    visit(node) {
      if (CfnResource.isCfnResource(node) && taggedSince.has(node.cfnResourceType))
        node.addMetadata('cfn-lint', { config: { ignore_checks: ['E3002'] } });
    },
  });
}
