import type { CfnResource } from 'aws-cdk-lib';
import { type NagRuleResult, NagRuleCompliance } from 'cdk-nag';
import { asObject, propertiesOf, statementsOf } from './resolved';

const POLICY_TYPES = new Set(['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy']);

/**
 * Metrics leave a function as embedded metric format through its log stream, so no role may put metrics and no endpoint
 * for CloudWatch stands in the network: one way out less.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format.html
 */
export function EmbeddedMetricsOnly(node: CfnResource): NagRuleResult {
  if (node.cfnResourceType === 'AWS::EC2::VPCEndpoint') {
    const service = JSON.stringify(propertiesOf(node)['ServiceName'] ?? '');
    return /\.(monitoring|logs)"?\]*$/.test(service)
      ? NagRuleCompliance.NON_COMPLIANT
      : NagRuleCompliance.COMPLIANT;
  }
  if (!POLICY_TYPES.has(node.cfnResourceType)) return NagRuleCompliance.NOT_APPLICABLE;
  const grants = statementsOf(asObject(propertiesOf(node))['PolicyDocument'])
    .filter(({ effect }) => effect === 'Allow')
    .flatMap(({ actions }) => actions)
    .filter((action) => /^(cloudwatch:(\*|Put\*|PutMetric(\*|Data))|\*)$/i.test(action));
  return grants.length === 0
    ? NagRuleCompliance.COMPLIANT
    : [...new Set(grants)].map((grant) => `Action::${grant}`);
}
