import {
  DescribePolicyCommand,
  ListParentsCommand,
  ListPoliciesForTargetCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import {
  ORGANIZATION_POLICIES,
  type OrganizationPolicyName,
  organizationPolicy,
  type OrganizationPolicyType,
  policiesAbove,
} from '../../../lib/organization/organization-policies';
import { callsOf } from '../../../tools/aws/read-call';
import { stageConfigOf } from '../../rules/proofs/iam/account-policies';
import type { Ask, LiveCheck } from '../aspect';
import { allPages } from '../ask';
import { canonicalPolicy, parsed, settingDifferences } from '../compare';
import { ACCESS } from '../controls';

const organizations = callsOf(OrganizationsClient, 'organizations');
const listParents = organizations(ListParentsCommand);
const listPolicies = organizations(ListPoliciesForTargetCommand);
const describePolicy = organizations(DescribePolicyCommand);

/** The account, the units above it and the root: whatever is attached to one of them holds for the account. */
async function pathToRoot(ask: Ask, account: string): Promise<string[]> {
  const path = [account];
  for (;;) {
    const { Parents = [] } = await ask(listParents, { ChildId: path.at(-1) ?? '' });
    const [parent] = Parents;
    if (parent?.Id === undefined) return path;
    path.push(parent.Id);
    if (parent.Type === 'ROOT') return path;
  }
}

/** What it takes to know the management account. */
export const MANAGEMENT_CALLS = [listParents, listPolicies] as const;

/**
 * The management account, which stands in the ARN of each policy that the organisation made itself.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html#awsorganizations-resources-for-iam-policies
 * @throws Error when no such policy is attached above the account
 */
export async function managementAccount(ask: Ask, account: string): Promise<string> {
  for (const TargetId of await pathToRoot(ask, account)) {
    const policies = await policiesOf(ask, TargetId, 'SERVICE_CONTROL_POLICY');
    for (const { Arn = '' } of policies) {
      const [, found] = /^arn:aws:organizations::(\d{12}):policy\//.exec(Arn) ?? [];
      if (found !== undefined) return found;
    }
  }
  throw new Error('no policy of the organisation, which would tell its management account, is attached');
}

interface Attached {
  readonly name: string;
  readonly target: string;
  readonly content: unknown;
}

/** In one form: IAM's documents by what they say, others as they stand. */
const normalized = (type: OrganizationPolicyType, policy: unknown): unknown =>
  type === 'SERVICE_CONTROL_POLICY' || type === 'RESOURCE_CONTROL_POLICY'
    ? canonicalPolicy(policy)
    : typeof policy === 'string'
      ? parsed(policy)
      : policy;

const policiesOf = (ask: Ask, TargetId: string, Filter: OrganizationPolicyType) =>
  allPages(
    (NextToken) => ask(listPolicies, { TargetId, Filter, NextToken }),
    ({ Policies }) => Policies,
    ({ NextToken }) => NextToken,
  );

/** The policies of one type that are attached to one of these. */
async function attachedTo(
  ask: Ask,
  path: readonly string[],
  Filter: OrganizationPolicyType,
): Promise<Attached[]> {
  const found = await Promise.all(
    path.map(async (TargetId) => {
      const policies = await policiesOf(ask, TargetId, Filter);
      return Promise.all(
        policies.map(async ({ Id = '', Name = '' }): Promise<Attached> => {
          const { Policy } = await ask(describePolicy, { PolicyId: Id });
          return { name: Name, target: TargetId, content: normalized(Filter, Policy?.Content ?? '') };
        }),
      );
    }),
  );
  return found.flat();
}

/** How an expected policy stands to those that are attached. */
function compare(
  policy: OrganizationPolicyName,
  wanted: unknown,
  attached: readonly Attached[],
): { problems: string[]; seen: string } {
  const candidates = attached.map((each) => ({
    ...each,
    differences: settingDifferences(wanted, each.content),
  }));
  const same = candidates.find(({ differences }) => differences.length === 0);
  if (same) return { problems: [], seen: `attached to ${same.target}` };
  const namesake = candidates.find(({ name }) => name === policy);
  return {
    seen: '',
    problems: namesake
      ? namesake.differences.map(
          ({ path, expected, found }) => `${path}: expected ${expected}, attached ${found}`,
        )
      : ['it is attached neither to the account nor to a unit above it'],
  };
}

/**
 * What the organisation holds over an account, asked once for it. The organisation answers its management account and whom
 * that delegates to; others get a row that names the permission.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPoliciesForTarget.html
 */
export const ORGANIZATION: readonly LiveCheck[] = [
  {
    rule: 'organization-policies',
    title:
      "The organisation's policies are attached above the account, with the content of policies/organization.",
    controls: ACCESS,
    remedy:
      'Attach or fix the policy in the management account (policies/organization/README.md); find in its trail who took it away.',
    calls: [listParents, listPolicies, describePolicy],
    look: async (ask, region) => {
      const { account, region: name } = region.place;
      const config = stageConfigOf(region.resources[0]?.stack ?? '');
      if (name !== config.region || region.resources.length === 0) return [];
      const path = await pathToRoot(ask, account);
      return Promise.all(
        policiesAbove(config, account).map(async (policy) => {
          const type = ORGANIZATION_POLICIES[policy];
          const subject = { resource: policy, resourceType: 'AWS::Organizations::Policy' };
          try {
            const wanted = normalized(type, organizationPolicy(policy, config));
            return { ...subject, ...compare(policy, wanted, await attachedTo(ask, path, type)) };
          } catch (error) {
            return { ...subject, problems: [], seen: '', error };
          }
        }),
      );
    },
  },
];
