import type { CfnResource } from 'aws-cdk-lib';
import { NagRuleCompliance } from 'cdk-nag';
import { asList, asObject, propertiesOf, siblingsOfType } from './resolved';

/** Each function has a security group that no other function has: reach is granted per function, not per network. */
export function FunctionSecurityGroup(node: CfnResource): NagRuleCompliance {
  if (node.cfnResourceType !== 'AWS::Lambda::Function') return NagRuleCompliance.NOT_APPLICABLE;
  const own = groupsOf(node);
  if (own.length === 0) return NagRuleCompliance.NON_COMPLIANT;
  const others = siblingsOfType(node, node.cfnResourceType).filter((other) => other !== node);
  const shared = new Set(others.flatMap(groupsOf));
  return own.some((group) => shared.has(group))
    ? NagRuleCompliance.NON_COMPLIANT
    : NagRuleCompliance.COMPLIANT;
}

const groupsOf = (node: CfnResource): string[] =>
  asList(asObject(propertiesOf(node)['VpcConfig'])['SecurityGroupIds']).map((group) => JSON.stringify(group));
