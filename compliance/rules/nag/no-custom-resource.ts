import type { CfnResource } from 'aws-cdk-lib';
import { NagRuleCompliance } from 'cdk-nag';

/**
 * No custom resource backed by a function: those that the CDK brings along run outside the network, with a key of AWS
 * and roles nobody reviewed. Says nothing of any other resource: a rule that passes everything would hide what no rule
 * looked at.
 */
export function NoCustomResource(node: CfnResource): NagRuleCompliance {
  return /^(Custom::|AWS::CloudFormation::CustomResource$)/.test(node.cfnResourceType)
    ? NagRuleCompliance.NON_COMPLIANT
    : NagRuleCompliance.NOT_APPLICABLE;
}
