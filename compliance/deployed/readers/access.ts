import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import { callsOf } from '../../../tools/aws/read-call';
import type { Aspect, ExpectedResource } from '../aspect';
import { allPages, marker, undefinedWhenMissing } from '../ask';
import { canonicalPolicy } from '../compare';
import { ACCESS } from '../controls';

const iam = callsOf(IAMClient, 'iam');
const getRole = iam(GetRoleCommand);
const listAttached = iam(ListAttachedRolePoliciesCommand);
const listInline = iam(ListRolePoliciesCommand);
const getPolicy = iam(GetPolicyCommand);
const getPolicyVersion = iam(GetPolicyVersionCommand);

const roleTypes = ['AWS::IAM::Role'];
const GONE = 'NoSuchEntity';

/** Tags decide what a policy lets a role do; CloudFormation's own are not in templates. */
const tagTexts = (tags: unknown): string[] =>
  ((tags ?? []) as { Key?: string; Value?: string }[]).flatMap(({ Key = '', Value = '' }) =>
    Key.startsWith('aws:') ? [] : [`${Key}=${Value}`],
  );

/** Policies of the templates that attach themselves to a role, in whichever region of its account they are deployed. */
const attachingTo =
  (role: ExpectedResource) =>
  ({ type, properties, place }: ExpectedResource): boolean =>
    type === 'AWS::IAM::ManagedPolicy' &&
    place.account === role.place.account &&
    ((properties['Roles'] as string[] | undefined) ?? []).includes(role.physicalId);

export const ROLES_AND_POLICIES: readonly Aspect[] = [
  {
    rule: 'role-trust',
    title:
      'The role may be taken by whom its template names, below the boundary, for as long and with the tags that it says.',
    controls: ACCESS,
    types: roleTypes,
    calls: [getRole],
    properties: ['AssumeRolePolicyDocument', 'PermissionsBoundary', 'MaxSessionDuration', 'Tags'],
    expected: ({ properties }) => ({
      AssumeRolePolicyDocument: canonicalPolicy(properties['AssumeRolePolicyDocument']),
      PermissionsBoundary: properties['PermissionsBoundary'],
      MaxSessionDuration: properties['MaxSessionDuration'] ?? 3600,
      Tags: tagTexts(properties['Tags']),
    }),
    read: async (ask, { physicalId }) => {
      const role = (await undefinedWhenMissing(ask(getRole, { RoleName: physicalId }), GONE))?.Role;
      return (
        role && {
          AssumeRolePolicyDocument: canonicalPolicy(role.AssumeRolePolicyDocument),
          PermissionsBoundary: role.PermissionsBoundary?.PermissionsBoundaryArn,
          MaxSessionDuration: role.MaxSessionDuration,
          Tags: tagTexts(role.Tags),
        }
      );
    },
  },
  {
    rule: 'role-policies',
    title: 'The role has the policies of its template, and no other.',
    controls: ACCESS,
    types: roleTypes,
    calls: [listAttached, listInline],
    properties: ['Attached', 'Inline'],
    expected: (role, { everywhere }) => ({
      Attached: [
        ...((role.properties['ManagedPolicyArns'] as string[] | undefined) ?? []),
        ...everywhere.filter(attachingTo(role)).map((policy) => policy.physicalId),
      ],
      Inline: ((role.properties['Policies'] as { PolicyName: string }[] | undefined) ?? []).map(
        ({ PolicyName }) => PolicyName,
      ),
    }),
    read: async (ask, { physicalId: RoleName }) => {
      const attached = await undefinedWhenMissing(
        allPages(
          (Marker) => ask(listAttached, { RoleName, Marker }),
          ({ AttachedPolicies }) => AttachedPolicies,
          marker,
        ),
        GONE,
      );
      const inline = await undefinedWhenMissing(
        allPages(
          (Marker) => ask(listInline, { RoleName, Marker }),
          ({ PolicyNames }) => PolicyNames,
          marker,
        ),
        GONE,
      );
      return attached && { Attached: attached.map(({ PolicyArn }) => PolicyArn), Inline: inline };
    },
  },
  {
    rule: 'policy-document',
    title: 'The policy says what its template says.',
    controls: ACCESS,
    types: ['AWS::IAM::ManagedPolicy'],
    calls: [getPolicy, getPolicyVersion],
    properties: ['PolicyDocument'],
    expected: ({ properties }) => ({ PolicyDocument: canonicalPolicy(properties['PolicyDocument']) }),
    read: async (ask, { physicalId: PolicyArn }) => {
      const policy = (await undefinedWhenMissing(ask(getPolicy, { PolicyArn }), GONE))?.Policy;
      if (policy === undefined) return undefined;
      const { PolicyVersion } = await ask(getPolicyVersion, {
        PolicyArn,
        VersionId: policy.DefaultVersionId,
      });
      return { PolicyDocument: canonicalPolicy(PolicyVersion?.Document) };
    },
  },
];
