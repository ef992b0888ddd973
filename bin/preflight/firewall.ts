import {
  CheckCapacityCommand,
  DescribeManagedRuleGroupCommand,
  type DescribeManagedRuleGroupResponse,
  type Rule,
  WAFV2Client,
} from '@aws-sdk/client-wafv2';
import type { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import {
  INCLUDED_CAPACITY,
  LARGE_BODY_LABEL,
  LARGE_BODY_RULE,
  webAclRules,
} from '../../lib/edge/web-acl-rules';
import { isError } from '../../tools/aws/why-not-answered';
import { actionNeeded, type Check, clientSettings, type Outcome, ready } from './check';

/** More no web ACL may need. https://docs.aws.amazon.com/waf/latest/developerguide/limits.html */
const MOST_CAPACITY = 5000;
/** What the price of a request rises by, beyond what it includes. https://aws.amazon.com/waf/pricing/ */
const PRICED_UNITS = 500;
const RULES = 'lib/edge/web-acl-rules.ts';

/** A rule as WAF's API takes it: CloudFormation's words with capital initials, what is searched for as bytes. */
function apiShape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(apiShape);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      `${key.charAt(0).toUpperCase()}${key.slice(1)}`,
      key === 'searchString' ? Buffer.from(String(inner)) : apiShape(inner),
    ]),
  );
}

/** WAF itself counts what the rules need; what the code states is AWS's documentation of the day it was written. */
export const firewallCapacityCheck: Check = {
  title: 'Web ACL capacity',
  permissions: ['wafv2:CheckCapacity'],
  async run(context) {
    const client = new WAFV2Client(clientSettings(context));
    const Rules = webAclRules(context.config).map(apiShape) as Rule[];
    let capacity: number;
    try {
      const answer = await client.send(new CheckCapacityCommand({ Scope: 'REGIONAL', Rules }));
      capacity = answer.Capacity ?? 0;
    } catch (error) {
      if (!isError(error, 'WAFLimitsExceeded')) throw error;
      capacity = Infinity;
    }
    if (capacity > MOST_CAPACITY)
      return [
        actionNeeded(
          `the rules need more than the ${MOST_CAPACITY} units that a web ACL may have`,
          `Take rules away in ${RULES}.`,
        ),
      ];
    const needed = `the rules need ${capacity} units`;
    if (capacity <= INCLUDED_CAPACITY)
      return [ready(`${needed}; ${INCLUDED_CAPACITY} are in the price, ${MOST_CAPACITY} allowed`)];
    const steps = Math.ceil((capacity - INCLUDED_CAPACITY) / PRICED_UNITS);
    return [
      actionNeeded(
        `${needed}, above the ${INCLUDED_CAPACITY} in the price: every request costs ${steps} times WAF's charge for ${PRICED_UNITS} more units`,
        `Take rules away in ${RULES}, or accept the price (https://aws.amazon.com/waf/pricing/).`,
      ),
    ];
  },
};

type ManagedGroup = CfnWebACL.ManagedRuleGroupStatementProperty;

/** What our rules name of a group has to be there: an override of a rule that is gone is refused at deployment. */
function missingOf(group: ManagedGroup, answer: DescribeManagedRuleGroupResponse): string[] {
  const rules = (answer.Rules ?? []).map(({ Name }) => Name);
  const labels = (answer.AvailableLabels ?? []).map(({ Name }) => Name);
  const overridden = (group.ruleActionOverrides as CfnWebACL.RuleActionOverrideProperty[]).map(
    ({ name }) => name,
  );
  return [
    ...overridden.filter((name) => !rules.includes(name)),
    // The rule that blocks large bodies goes by the label of the one that is overridden.
    ...(overridden.includes(LARGE_BODY_RULE) && !labels.includes(LARGE_BODY_LABEL) ? [LARGE_BODY_LABEL] : []),
  ];
}

export const firewallGroupsCheck: Check = {
  title: 'Managed rule groups',
  permissions: ['wafv2:DescribeManagedRuleGroup'],
  run(context) {
    const client = new WAFV2Client(clientSettings(context));
    const groups = webAclRules(context.config).flatMap(({ statement }) => {
      const group = (statement as CfnWebACL.StatementProperty).managedRuleGroupStatement;
      return group === undefined ? [] : [group as ManagedGroup];
    });
    return Promise.all(
      groups.map(async (group): Promise<Outcome> => {
        const { vendorName: VendorName, name: Name } = group;
        try {
          const answer = await client.send(
            new DescribeManagedRuleGroupCommand({ Scope: 'REGIONAL', VendorName, Name }),
          );
          const missing = missingOf(group, answer);
          return missing.length === 0
            ? ready(`${Name} is there`)
            : actionNeeded(
                `${Name} has no ${missing.join(', ')}`,
                `Follow AWS's change of the group in ${RULES}.`,
              );
        } catch (error) {
          if (!isError(error, 'WAFNonexistentItem', 'WAFInvalidResource')) throw error;
          return actionNeeded(
            `${Name} is not offered`,
            `Take it away in ${RULES}, or choose a region that has it.`,
          );
        }
      }),
    );
  },
};
