import type { CfnResource } from 'aws-cdk-lib';
import { type NagRuleResult, NagRuleCompliance } from 'cdk-nag';
import { propertiesOf, statementsOf } from './resolved';

const PRINCIPAL_KEYS = new Set(['aws:principalarn', 'aws:principalaccount', 'aws:principalorgid']);

/**
 * An endpoint lets through named actions for our own principals only. Without a policy an endpoint allows everything:
 * https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
 */
export function EndpointPolicy(node: CfnResource): NagRuleResult {
  if (node.cfnResourceType !== 'AWS::EC2::VPCEndpoint') return NagRuleCompliance.NOT_APPLICABLE;
  const statements = statementsOf(propertiesOf(node)['PolicyDocument']);
  if (statements.length === 0) return ['no policy'];
  const findings = statements
    .filter(({ effect }) => effect === 'Allow')
    .flatMap(({ actions, principal, conditionKeys }) => [
      ...actions.filter((action) => /^(\*|[\w-]+:\*)$/.test(action)).map((action) => `Action::${action}`),
      ...(isAnyone(principal) && !conditionKeys.some((key) => PRINCIPAL_KEYS.has(key.toLowerCase()))
        ? ['Principal::*']
        : []),
    ]);
  return findings.length === 0 ? NagRuleCompliance.COMPLIANT : [...new Set(findings)];
}

const isAnyone = (principal: unknown): boolean =>
  principal === '*' || JSON.stringify(principal) === '{"AWS":"*"}' || principal === undefined;
