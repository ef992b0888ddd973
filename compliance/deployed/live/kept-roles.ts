import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import {
  executionPoliciesOf,
  executionPolicy,
  executionPolicyArn,
} from '../../../bin/preflight/execution-policies';
import { callsOf } from '../../../tools/aws/read-call';
import { type BootstrapDocuments, bootstrapDocuments } from '../../rules/proofs/attack/bootstrap-roles';
import { bootstrapContextOf, stageConfigOf } from '../../rules/proofs/iam/account-policies';
import type { Ask, Finding, LiveCheck } from '../aspect';
import { allPages, marker, undefinedWhenMissing } from '../ask';
import { canonicalPolicy, describedDifferences } from '../compare';
import { ACCESS } from '../controls';
import { managementAccount, MANAGEMENT_CALLS } from './organization';
import { BOOTSTRAP, bootstrapResources, LIST_RESOURCES } from '../stacks';

const iam = callsOf(IAMClient, 'iam');
const getRole = iam(GetRoleCommand);
const listAttached = iam(ListAttachedRolePoliciesCommand);
const listInline = iam(ListRolePoliciesCommand);
const getInline = iam(GetRolePolicyCommand);
const getPolicy = iam(GetPolicyCommand);
const getPolicyVersion = iam(GetPolicyVersionCommand);

const GONE = 'NoSuchEntity';
const ROLE = 'AWS::IAM::Role';

/**
 * The statements of a document: some of the bootstrap's say no version. Under which key its bucket stands is chosen by whoever
 * bootstraps.
 */
function normalized(document: unknown): unknown {
  const { Statement } = (canonicalPolicy(document) ?? {}) as { Statement?: unknown };
  return JSON.parse(JSON.stringify(Statement ?? []).replaceAll(/(:key\/)[\w-]+/g, '$1any')) as unknown;
}

/** A role with whoever may take it and all that it may do, in the form of {@link BootstrapDocuments}. */
async function readRole(ask: Ask, RoleName: string): Promise<BootstrapDocuments | undefined> {
  const role = (await undefinedWhenMissing(ask(getRole, { RoleName }), GONE))?.Role;
  if (role === undefined) return undefined;
  const attached = await allPages(
    (Marker) => ask(listAttached, { RoleName, Marker }),
    ({ AttachedPolicies }) => AttachedPolicies,
    marker,
  );
  const names = await allPages(
    (Marker) => ask(listInline, { RoleName, Marker }),
    ({ PolicyNames }) => PolicyNames,
    marker,
  );
  const inline = await Promise.all(
    names.map(async (PolicyName) => [
      PolicyName,
      (await ask(getInline, { RoleName, PolicyName })).PolicyDocument,
    ]),
  );
  return {
    trust: role.AssumeRolePolicyDocument,
    attached: attached.flatMap(({ PolicyArn }) => PolicyArn ?? []),
    inline: Object.fromEntries(inline) as Record<string, unknown>,
  };
}

const inOneForm = ({ trust, attached, inline }: BootstrapDocuments) => ({
  Trust: normalized(trust),
  Attached: attached,
  Inline: Object.fromEntries(Object.entries(inline).map(([name, document]) => [name, normalized(document)])),
});

/** A finding of one thing; that it cannot be asked hides none of the others. */
async function finding(
  resource: string,
  resourceType: string,
  seen: string,
  problems: () => Promise<readonly string[]>,
): Promise<Finding> {
  try {
    return { resource, resourceType, seen, problems: await problems() };
  } catch (error) {
    return { resource, resourceType, seen: '', problems: [], error };
  }
}

/** The default role of AWS Organizations, which trusts the management account. */
const ORGANIZATION_ROLE = 'OrganizationAccountAccessRole';

/**
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access-cross-account-role.html
 * @returns nothing where there is no such role
 */
async function organizationRole(ask: Ask, account: string): Promise<Finding[]> {
  const subject = { resource: ORGANIZATION_ROLE, resourceType: ROLE };
  try {
    const role = (await undefinedWhenMissing(ask(getRole, { RoleName: ORGANIZATION_ROLE }), GONE))?.Role;
    if (role === undefined) return [];
    const Principal = { AWS: `arn:aws:iam::${await managementAccount(ask, account)}:root` };
    const wanted = { Statement: { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' } };
    return [
      {
        ...subject,
        problems: describedDifferences(
          { Trust: normalized(wanted) },
          { Trust: normalized(role.AssumeRolePolicyDocument) },
        ),
        seen: 'the management account alone may take it',
      },
    ];
  } catch (error) {
    return [{ ...subject, problems: [], seen: '', error }];
  }
}

/**
 * Roles that no template of ours makes and that may do most: what was found of them by name alone would let anybody hide who
 * changes whom they trust, or what they may do.
 */
export const KEPT_ROLES: readonly LiveCheck[] = [
  {
    rule: 'kept-roles',
    title:
      'The roles of the bootstrap and of the organisation may be taken by those for whom they are kept, and the bootstrap’s may do what the runbook gives them.',
    controls: ACCESS,
    remedy:
      'Find in CloudTrail who changed it; as a security administrator bootstrap the region again with this checkout (npm run preflight -- --stage STAGE --write-policies DIRECTORY prints the commands).',
    calls: [
      ...[LIST_RESOURCES, getRole, listAttached, listInline, getInline, getPolicy, getPolicyVersion],
      ...MANAGEMENT_CALLS,
    ],
    look: async (ask, region) => {
      const [first] = region.resources;
      if (first === undefined) return [];
      const config = stageConfigOf(first.stack);
      const { account, region: name } = region.place;
      const context = bootstrapContextOf(config, account);
      const policies = executionPoliciesOf(context);
      const expected = bootstrapDocuments(
        {
          ...{ account, region: name },
          trusted: account === config.deliveryAccount ? undefined : config.deliveryAccount,
        },
        policies.map((policy) => executionPolicyArn(policy, context)),
      );
      const resources = await bootstrapResources(ask);
      const roles = resources.flatMap(({ type, logicalId, physicalId }) =>
        type === ROLE
          ? [
              finding(physicalId, type, 'as the bootstrap makes it', async () => {
                const wanted = expected.get(logicalId);
                if (wanted === undefined) return [`the bootstrap makes no ${logicalId}`];
                const found = await readRole(ask, physicalId);
                return found === undefined
                  ? [`${BOOTSTRAP} has it, and it is not in the account any more`]
                  : describedDifferences(inOneForm(wanted), inOneForm(found));
              }),
            ]
          : [],
      );
      // IAM is one for all regions.
      if (name !== config.region) return Promise.all(roles);
      const given = policies.map((policy) => {
        const PolicyArn = executionPolicyArn(policy, context);
        return finding(PolicyArn, 'AWS::IAM::ManagedPolicy', 'as in policies/bootstrap', async () => {
          const answer = await undefinedWhenMissing(ask(getPolicy, { PolicyArn }), GONE);
          if (answer === undefined) return ['it is not in the account'];
          const { Policy } = answer;
          const { PolicyVersion } = await ask(getPolicyVersion, {
            PolicyArn,
            VersionId: Policy?.DefaultVersionId,
          });
          return describedDifferences(
            normalized(executionPolicy(policy, context)),
            normalized(PolicyVersion?.Document),
          );
        });
      });
      return [
        ...(await Promise.all([...roles, ...(resources.length === 0 ? [] : given)])),
        ...(config.organizationRoles.includes(ORGANIZATION_ROLE) ? await organizationRole(ask, account) : []),
      ];
    },
  },
];
