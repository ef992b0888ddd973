import { readFileSync } from 'node:fs';
import path from 'node:path';
import { HELD_ELSEWHERE } from '../../compliance/self-test/attack-mutants';
import { actionsMatching } from '../../compliance/service-reference/reference';
import { evaluate } from '../../compliance/rules/proofs/iam/evaluate';
import { contextOf } from '../../compliance/rules/proofs/iam/request';
import { parsePolicy } from '../../compliance/rules/proofs/iam/statement';
import { delivery } from '../../lib/config/delivery';
import { loadStageConfig } from '../../lib/config/load';
import { APPROVALS, approvalArn, APPROVERS, permissionSetRoles } from '../../lib/names';
import { type Approver, approverPolicy } from '../../lib/organization/approver-policies';
import {
  ORGANIZATION_POLICIES,
  organizationPolicy,
  type OrganizationPolicyName,
  POLICY_LIMITS,
} from '../../lib/organization/organization-policies';

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action?: string | string[];
  readonly NotAction?: string[];
  readonly Principal?: unknown;
  readonly Resource: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

const config = loadStageConfig('prod');
const names = Object.keys(ORGANIZATION_POLICIES) as OrganizationPolicyName[];
const readme = readFileSync(
  path.join(__dirname, '..', '..', 'policies', 'organization', 'README.md'),
  'utf8',
);
const statementsOf = (name: OrganizationPolicyName): Statement[] =>
  (organizationPolicy(name, config) as { Statement?: Statement[] }).Statement ?? [];
const statement = (name: OrganizationPolicyName, sid: string): Statement => {
  const found = statementsOf(name).find(({ Sid }) => Sid === sid);
  if (found === undefined) throw new Error(`${name} has no ${sid}`);
  return found;
};
const actions = ({ Action }: Statement): string[] => [Action ?? []].flat();

describe.each(names)('the policy %s of the organisation', (name) => {
  const text = JSON.stringify(organizationPolicy(name, config));
  it('fits into what AWS Organizations takes', () => {
    expect(text.length).toBeLessThanOrEqual(POLICY_LIMITS[ORGANIZATION_POLICIES[name]]);
  });
  it('has every placeholder filled', () => {
    expect(text).not.toMatch(/\$\{[A-Z]/);
  });
  it('only denies, and says why in the README', () => {
    for (const { Sid, Effect } of statementsOf(name)) {
      expect({ Sid, Effect }).toEqual({ Sid, Effect: 'Deny' });
      expect(readme).toContain(`**${Sid}**`);
    }
    expect(readme).toContain(`### ${name}`);
  });
});

/** Whose every action is refused, reading too; what else a wildcard takes is to change something. */
const WHOLE_SERVICE = /^(?:\*|[a-z0-9-]+:\*)$/;

it('no abbreviation of a refusal takes a call that only reads with it: who looks is not to be stopped unmeant', () => {
  const readsRefused = names.flatMap((name) =>
    statementsOf(name)
      .flatMap((each) => actions(each).map((action) => ({ sid: each.Sid, action })))
      .filter(({ action }) => action.includes('*') && !WHOLE_SERVICE.test(action))
      .flatMap(({ sid, action }) =>
        actionsMatching(action)
          .filter(({ accessLevel }) => ['List', 'Read'].includes(accessLevel))
          .map(({ id }) => `${sid}: ${action} takes ${id}`),
      ),
  );
  expect(readsRefused).toEqual([]);
});

describe('service control policies', () => {
  const scps = names.filter((name) => ORGANIZATION_POLICIES[name] === 'SERVICE_CONTROL_POLICY');
  it('name no principal, which AWS refuses in them', () => {
    expect(scps.flatMap(statementsOf).filter(({ Principal }) => Principal !== undefined)).toEqual([]);
  });
  it('let exactly the two configured regions through', () => {
    expect(statement('scp-regions', 'OnlyOurRegions').Condition).toEqual({
      StringNotEquals: { 'aws:RequestedRegion': [config.region, config.drRegion] },
    });
  });
  it('let workflows call the receivers of the configured stages, and nobody where a stage has none', () => {
    const receivers = ['dev', 'staging', 'prod'].flatMap((stage) =>
      loadStageConfig(stage).clients.flatMap(({ webhook }) => webhook?.address ?? []),
    );
    expect(receivers.length).toBeGreaterThan(0);
    expect(statement('scp-regions', 'WorkflowsCallReceiversOnly').Condition).toEqual({
      StringNotEquals: { 'states:HTTPEndpoint': receivers },
    });
  });
  it('leave no regional service of ours out of the region rule', () => {
    const global = statement('scp-regions', 'OnlyOurRegions').NotAction ?? [];
    for (const service of [
      's3',
      'dynamodb',
      'lambda',
      'kms',
      'rekognition',
      'sqs',
      'sns',
      'states',
      'ec2',
      'backup',
    ])
      expect(global.filter((action) => action.startsWith(`${service}:`))).toEqual([]);
  });
  it.each([
    ['NobodyStopsTrail', 'cloudtrail:StopLogging'],
    ['NobodyStopsConfig', 'config:StopConfigurationRecorder'],
    ['NobodyStopsDetectors', 'macie2:DisableMacie'],
    ['NobodyDestroysKeys', 'kms:DisableKey'],
    ['NobodyDestroysBackups', 'backup:DeleteRecoveryPoint'],
  ])('%s holds for everybody but the security team', (sid, action) => {
    const found = statement('scp-evidence', sid);
    expect(actions(found)).toContain(action);
    expect(Object.keys(found.Condition ?? {})).toEqual(['ArnNotLike']);
    expect(JSON.stringify(found.Condition)).toContain('AWSReservedSSO_SecurityAdministrators_');
    expect(JSON.stringify(found.Condition)).not.toContain('cfn-exec');
  });
  it.each([
    ['OnlyReleasesChangeTrail', 'cloudtrail:DeleteTrail'],
    ['OnlyReleasesChangeDetectors', 'guardduty:DeleteDetector'],
    ['OnlyReleasesScheduleKeyDeletion', 'kms:ScheduleKeyDeletion'],
  ])('%s holds for everybody but the security team and CloudFormation', (sid, action) => {
    const found = statement('scp-evidence', sid);
    expect(actions(found)).toContain(action);
    expect(found.Condition).toEqual({
      ArnNotLike: {
        'aws:PrincipalArn': [
          expect.stringContaining('AWSReservedSSO_SecurityAdministrators_'),
          expect.stringContaining('role/cdk-hnb659fds-cfn-exec-role-'),
        ],
      },
    });
  });
  it.each([
    ['scp-evidence', 'OnlyReleasesChangeTrail', 'cloudtrail:PutEventSelectors'],
    ['scp-evidence', 'OnlyReleasesLockBuckets', 's3:PutBucketObjectLockConfiguration'],
    ['scp-safekeeping', 'OnlyReleasesChangeAlarms', 'cloudwatch:Put*Alarm'],
    ['scp-releases', 'OnlyReleasesChangeWhoMayEnter', 'kms:PutKeyPolicy'],
    ['scp-perimeter', 'NobodyUnblocksBuckets', 's3:PutBucketPublicAccessBlock'],
  ] as const)('%s: %s lets a release %s, which makes and updates what is there', (policy, sid, action) => {
    const mine = statementsOf(policy).filter((found) => actions(found).includes(action));
    expect(mine.map(({ Sid }) => Sid)).toEqual([sid]);
    expect(JSON.stringify(statement(policy, sid).Condition)).toContain('cdk-hnb659fds-cfn-exec-role');
  });
  it('keep accounts in the organisation, and root out of them', () => {
    expect(actions(statement('scp-organization', 'NobodyLeaves'))).toContain(
      'organizations:LeaveOrganization',
    );
    const root = statement('scp-organization', 'NobodyUsesRoot');
    expect([actions(root), root.Condition]).toEqual([
      ['*'],
      // Centralized root access is let through: its sessions carry the key.
      // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-assumedroot
      { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:root' }, Null: { 'aws:AssumedRoot': 'true' } },
    ]);
  });
  it('keep the network closed for everybody', () => {
    const closed = statement('scp-perimeter', 'NoWayToTheInternet');
    expect(actions(closed)).toEqual(
      expect.arrayContaining(['ec2:CreateInternetGateway', 'ec2:CreateNatGateway']),
    );
    expect(closed.Condition).toBeUndefined();
  });
});

describe('a statement that no goal of the attack matrix depends on alone', () => {
  const all = (Object.keys(ORGANIZATION_POLICIES) as OrganizationPolicyName[])
    .filter((name) => ORGANIZATION_POLICIES[name].endsWith('CONTROL_POLICY'))
    .flatMap((name) => statementsOf(name));
  it.each([
    ['OnlyApproversApprove', 'codepipeline:PutApprovalResult'],
    ['OnlyReleasesDeleteVaults', 'backup:DeleteBackupVault'],
    ['NobodyBypassesObjectLock', 's3:BypassGovernanceRetention'],
    ['NoLongLivedCredentials', 'iam:CreateAccessKey'],
    ['NoOtherWayIn', 'iam:CreateOpenIDConnectProvider'],
    ['NoRoleWithoutBoundary', 'iam:CreateRole'],
    ['OnlyReleasesMakeBoundaries', 'iam:CreatePolicy'],
    ['NobodyLiftsBoundary', 'iam:DeleteRolePermissionsBoundary'],
    ['NobodyChangesDeployers', 'iam:Attach*'],
    ['NobodyUsesRoot', '*'],
    ['NoRootCredentials', 'iam:CreateVirtualMFADevice'],
    ['OnlyConfigAutomates', 'ssm:StartAutomationExecution'],
    ['NobodyOptsInToRegions', 'account:EnableRegion'],
    ['ServicesOnlyForOurOrganization', 'sts:AssumeRole'],
    ['OnlyOverTls', 's3:*'],
  ])('%s is there and denies %s', (sid, action) => {
    const found = all.filter((each) => each.Sid === sid);
    expect(found).toHaveLength(1);
    expect(found.flatMap((each) => actions(each))).toContain(action);
    expect(Object.keys(HELD_ELSEWHERE)).toContain(sid);
  });
  it('is one of these: every other is a mutant of the self-test', () => {
    const known = new Set(all.map(({ Sid }) => Sid));
    expect(Object.keys(HELD_ELSEWHERE).filter((sid) => !known.has(sid))).toEqual([]);
    expect(Object.keys(HELD_ELSEWHERE)).toHaveLength(15);
  });
});

describe('the resource control policy', () => {
  it('lets in principals of the organisation and AWS services on its behalf only', () => {
    expect(statement('rcp-perimeter', 'OnlyOurOrganization').Condition).toEqual({
      StringNotEqualsIfExists: { 'aws:PrincipalOrgID': config.organizationId },
      BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
    });
    expect(statement('rcp-perimeter', 'ServicesOnlyForOurOrganization').Condition).toMatchObject({
      StringNotEqualsIfExists: { 'aws:SourceOrgID': config.organizationId },
    });
  });
  it('names everybody as principal, as AWS asks', () => {
    for (const name of ['rcp-perimeter', 'rcp-releases'] as const)
      expect(new Set(statementsOf(name).map(({ Principal }) => Principal))).toEqual(new Set(['*']));
  });
});

describe('what the permission sets of approvers are granted', () => {
  const account = delivery.account;
  const allowed = (approver: Approver) => parsePolicy(approverPolicy(approver, delivery), approver);
  const decide = (approver: Approver, action: string, resource: string) =>
    evaluate(
      {
        caller: { kind: 'role', arn: permissionSetRoles(APPROVERS[approver], account), account },
        action,
        resource,
        resourceAccount: account,
        context: contextOf({}),
      },
      { identity: allowed(approver) },
    ).decision;
  const approvals = (['release', 'security'] as const).flatMap((whose) =>
    APPROVALS[whose].map((approval) => ({ whose, approval })),
  );
  it.each(approvals)('gives $approval to the $whose approver and not to the other', ({ whose, approval }) => {
    const arn = approvalArn(approval, account, delivery.region);
    for (const approver of ['release', 'security'] as const)
      expect([approver, decide(approver, 'codepipeline:PutApprovalResult', arn)]).toEqual([
        approver,
        approver === whose ? 'allow' : 'implicit-deny',
      ]);
  });
  it('is reading besides, and the use of no key but to read a pack and to check its signature', () => {
    const { Statement } = approverPolicy('release', delivery) as {
      Statement: { Action: string | string[] }[];
    };
    const rest = Statement.flatMap(({ Action }) => Action).filter(
      (action) => !/^[a-z0-9]+:(?:Get|List|Describe)/.test(action),
    );
    expect(rest).toEqual(['codepipeline:PutApprovalResult', 'kms:Decrypt']);
  });
});

it('opts out of every AI service, and lets no account opt in', () => {
  const { services } = organizationPolicy('ai-services-opt-out', config) as {
    services: { default: { opt_out_policy: Record<string, unknown> } };
  };
  expect(services.default.opt_out_policy).toEqual({
    '@@assign': 'optOut',
    '@@operators_allowed_for_child_policies': ['@@none'],
  });
});
