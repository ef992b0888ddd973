import { CfnResource, type IAspect, Stack } from 'aws-cdk-lib';
import { CfnGlobalTable } from 'aws-cdk-lib/aws-dynamodb';
import { CfnFirewallRuleGroupAssociation } from 'aws-cdk-lib/aws-route53resolver';
import type { IConstruct } from 'constructs';

const isProtected = (resource: CfnResource): boolean => {
  if (resource instanceof CfnFirewallRuleGroupAssociation) return resource.mutationProtection === 'ENABLED';
  if (!(resource instanceof CfnGlobalTable)) return false;
  const replicas = resource.stack.resolve(
    resource.replicas,
  ) as readonly CfnGlobalTable.ReplicaSpecificationProperty[];
  return replicas.some(({ deletionProtectionEnabled }) => deletionProtectionEnabled === true);
};

/** What a resource waits for already, because it names it: saying so again is a finding of cfn-lint (W3005). */
const namedBy = (resource: CfnResource): string =>
  resource instanceof CfnFirewallRuleGroupAssociation
    ? JSON.stringify(resource.stack.resolve([resource.vpcId, resource.firewallRuleGroupId]))
    : '';

/**
 * Makes what is protected against deletion last in its stack, one after the other. A template cannot tell a first
 * creation from an update, and one that fails is taken back: what is protected by then cannot be, and the stack would end
 * as ROLLBACK_FAILED. Made last, it is not there yet when anything else fails.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
 */
export class ProtectedLast implements IAspect {
  visit(node: IConstruct): void {
    if (!(node instanceof Stack)) return;
    const resources = node.node.findAll().filter((child) => child instanceof CfnResource);
    const last = resources.filter(isProtected);
    const first = resources.filter((resource) => !last.includes(resource));
    for (const [position, resource] of last.entries()) {
      const named = namedBy(resource);
      for (const before of position === 0 ? first : last.slice(position - 1, position))
        if (!named.includes(`"${String(node.resolve(before.logicalId))}"`))
          resource.addResourceDependency(before);
    }
  }
}
