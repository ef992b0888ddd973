import type { ProofRows } from '../proof-rows';
import { evaluate } from './evaluate';
import type { RolePolicies } from './inventory';
import { contextOf } from './request';
import { IAM_RULES } from './rules';
import { ADMINISTRATOR } from './statement';
import type { World } from './world';

/**
 * What would lift a boundary, or make somebody whom it does not bound: no role may do it, whatever its own policies say.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate
 */
const LIFTS_BOUNDARY = [
  'iam:AddUserToGroup',
  'iam:AttachRolePolicy',
  'iam:AttachUserPolicy',
  'iam:CreateAccessKey',
  'iam:CreateLoginProfile',
  'iam:CreatePolicyVersion',
  'iam:CreateRole',
  'iam:CreateSAMLProvider',
  'iam:CreateOpenIDConnectProvider',
  'iam:CreateUser',
  'iam:DeleteRolePermissionsBoundary',
  'iam:PutRolePermissionsBoundary',
  'iam:PutRolePolicy',
  'iam:PutUserPolicy',
  'iam:SetDefaultPolicyVersion',
  'iam:UpdateAssumeRolePolicy',
  'lambda:AddPermission',
  'lambda:CreateFunction',
  'lambda:UpdateFunctionCode',
  'organizations:LeaveOrganization',
] as const;

function lifted({ account, arn, boundary, resource }: RolePolicies): string[] {
  const caller = { kind: 'role', arn, account } as const;
  return LIFTS_BOUNDARY.filter((action) => {
    const context = contextOf({
      'aws:PrincipalArn': arn,
      'aws:PrincipalAccount': account,
      'aws:RequestedRegion': resource.region,
      'aws:ResourceAccount': account,
      'aws:SecureTransport': 'true',
    });
    const request = { caller, action, resource: '*', resourceAccount: account, context };
    return evaluate(request, { identity: ADMINISTRATOR, boundary }).decision === 'allow';
  });
}

/** Every role has a permissions boundary, and one that bounds: under it even an administrator could not lift it. */
export function evaluateBoundary(rows: ProofRows, { inventory }: World): void {
  for (const role of inventory.roles) {
    rows.guarded(IAM_RULES.boundary, role.resource, () => {
      const actions = role.boundary === undefined ? [] : lifted(role);
      const problems = [
        ...(role.boundary === undefined ? ['it has no permissions boundary'] : []),
        ...(actions.length > 0 ? [`its permissions boundary would let it ${actions.join(', ')}`] : []),
      ];
      rows.evaluate(
        IAM_RULES.boundary,
        role.resource,
        problems,
        'it has a permissions boundary, under which nobody could lift it',
      );
    });
  }
}
