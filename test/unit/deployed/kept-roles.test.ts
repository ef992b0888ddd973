import type { Ask, ExpectedResource } from '../../../compliance/deployed/aspect';
import { observeResource } from '../../../compliance/deployed/evaluate-resources';
import { KEPT_ROLES } from '../../../compliance/deployed/live/kept-roles';
import { executionPoliciesOf, executionPolicy } from '../../../bin/preflight/execution-policies';
import { bootstrapContextOf, stageConfigOf } from '../../../compliance/rules/proofs/iam/account-policies';
import { Names } from '../../../lib/names';

/**
 * The roles of CDKToolkit as IAM gives them back: documents encoded, accounts as their roots. Written down here by the CDK's
 * template, not taken from it: https://github.com/aws/aws-cdk-cli/blob/main/packages/aws-cdk/lib/api/bootstrap/bootstrap-template.yaml
 */
const config = stageConfigOf('serverlessapp-prod-keys');
const { account, deliveryAccount, region } = config;
const names = new Names(config, region);
const context = bootstrapContextOf(config, account);
const policyArn = (name: string): string => `arn:aws:iam::${account}:policy/${names.of(name)}`;
const root = (of: string): string => `arn:aws:iam::${of}:root`;

interface Document {
  Version?: string;
  Statement: object[];
}
interface Role {
  readonly trust: Document;
  readonly attached: readonly string[];
  readonly inline: Readonly<Record<string, Document>>;
}
const trusting = (...accounts: string[]): Document => ({
  Statement: accounts.flatMap((of) => [
    {
      Effect: 'Allow',
      Principal: { AWS: root(of) },
      Action: 'sts:AssumeRole',
      Condition: { Null: { 'sts:ExternalId': 'true' } },
    },
    { Effect: 'Allow', Principal: { AWS: root(of) }, Action: 'sts:TagSession' },
  ]),
});
const assets = `arn:aws:s3:::cdk-hnb659fds-assets-${account}-${region}`;
const PUBLISHES: Document = {
  Version: '2012-10-17',
  Statement: [
    {
      Action: [
        ...['s3:GetObject*', 's3:GetBucket*', 's3:GetEncryptionConfiguration', 's3:List*'],
        ...['s3:DeleteObject*', 's3:PutObject*', 's3:Abort*'],
      ],
      Resource: [assets, `${assets}/*`],
      Condition: { StringEquals: { 'aws:ResourceAccount': [account] } },
      Effect: 'Allow',
    },
    {
      Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'],
      Effect: 'Allow',
      // How the CDK writes that the bucket stands under a key of AWS.
      Resource: `arn:aws:kms:${region}:${account}:key/AWS_MANAGED_KEY`,
    },
  ],
};
const MADE = {
  FilePublishingRole: {
    trust: trusting(account, deliveryAccount),
    attached: [],
    inline: { [`cdk-hnb659fds-file-publishing-role-default-policy-${account}-${region}`]: PUBLISHES },
  },
  LookupRole: {
    trust: trusting(account, deliveryAccount),
    attached: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
    inline: {
      LookupRolePolicy: {
        Version: '2012-10-17',
        Statement: [{ Sid: 'DontReadSecrets', Effect: 'Deny', Action: ['kms:Decrypt'], Resource: '*' }],
      },
    },
  },
  CloudFormationExecutionRole: {
    trust: {
      Version: '2012-10-17',
      Statement: [
        { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'cloudformation.amazonaws.com' } },
      ],
    },
    attached: [policyArn('deployment-data'), policyArn('deployment-platform')],
    inline: {},
  },
} satisfies Readonly<Record<string, Role>>;

const OWN_POLICY = 'arn:aws:organizations::888877776666:policy/o-1/service_control_policy/p-1';
const encoded = (document: unknown): string => encodeURIComponent(JSON.stringify(document));
const missing = (): Promise<never> =>
  Promise.reject(Object.assign(new Error(), { name: 'NoSuchEntityException' }));

interface World {
  /** By their names; undefined for one that is gone. */
  readonly roles?: Readonly<Record<string, Role | undefined>>;
  readonly policies?: Readonly<Record<string, unknown>>;
  /** Whom the organisation's role trusts; it is not there when left out. */
  readonly organization?: string;
  readonly where?: string;
}
const given = (): Record<string, unknown> =>
  Object.fromEntries(
    executionPoliciesOf(context).map((policy) => [policyArn(policy), executionPolicy(policy, context)]),
  );

/** What is named, each with its resource; nothing when all is well. */
async function named({
  roles = MADE,
  policies = given(),
  organization,
  where = region,
}: World): Promise<string[]> {
  const all: World['roles'] =
    organization === undefined
      ? roles
      : {
          ...roles,
          OrganizationAccountAccessRole: { ...MADE.LookupRole, trust: organizationTrust(organization) },
        };
  const ask = (({ name }: { name: string }, input: Record<string, string>) => {
    const role = all[input['RoleName'] ?? ''];
    switch (name) {
      case 'cloudformation:ListStackResources':
        return Promise.resolve({
          StackResourceSummaries: Object.keys(roles).map((id) => ({
            LogicalResourceId: id,
            PhysicalResourceId: id,
            ResourceType: 'AWS::IAM::Role',
          })),
        });
      case 'iam:GetRole':
        return role === undefined
          ? missing()
          : Promise.resolve({ Role: { AssumeRolePolicyDocument: encoded(role.trust) } });
      case 'iam:ListAttachedRolePolicies':
        return Promise.resolve({ AttachedPolicies: role?.attached.map((PolicyArn) => ({ PolicyArn })) });
      case 'iam:ListRolePolicies':
        return Promise.resolve({ PolicyNames: Object.keys(role?.inline ?? {}) });
      case 'iam:GetRolePolicy':
        return Promise.resolve({ PolicyDocument: encoded(role?.inline[input['PolicyName'] ?? '']) });
      case 'iam:GetPolicy':
        return (input['PolicyArn'] ?? '') in policies
          ? Promise.resolve({ Policy: { DefaultVersionId: 'v1' } })
          : missing();
      case 'iam:GetPolicyVersion':
        return Promise.resolve({ PolicyVersion: { Document: encoded(policies[input['PolicyArn'] ?? '']) } });
      case 'organizations:ListParents':
        return Promise.resolve({ Parents: [{ Id: 'r-root', Type: 'ROOT' }] });
      case 'organizations:ListPoliciesForTarget':
        return Promise.resolve({
          Policies: [
            { Arn: 'arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess' },
            ...(input['TargetId'] === 'r-root' ? [{ Arn: OWN_POLICY }] : []),
          ],
        });
      default:
        return Promise.reject(new Error(`nobody answers ${name}`));
    }
  }) as Ask;
  const place = { account, region: where, connection: {} };
  const resource: ExpectedResource = {
    ...{ stack: 'serverlessapp-prod-keys', logicalId: 'Key', type: 'AWS::KMS::Key', place },
    ...{ physicalId: 'k-1', properties: {} },
  };
  const [check] = KEPT_ROLES;
  if (check === undefined) throw new Error();
  const rows = await observeResource(
    check,
    { place, resources: [resource], everywhere: [resource] },
    () => ask,
    () => new Date(),
  );
  return rows.flatMap(({ verdict, resource: of, message }) =>
    verdict === 'compliant' ? [] : [`${verdict}: ${of}: ${message}`],
  );
}
const organizationTrust = (of: string): Document => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: root(of) }, Action: 'sts:AssumeRole' }],
});
const but = (logicalId: keyof typeof MADE, more: Partial<Role>): World => ({
  roles: { ...MADE, [logicalId]: { ...MADE[logicalId], ...more } },
});

test('as the bootstrap makes them, and as the organisation does, they pass', async () => {
  expect(await named({})).toEqual([]);
  expect(await named({ organization: '888877776666' })).toEqual([]);
});

test.each<[string, World, RegExp]>([
  [
    'a stranger who may deploy',
    but('FilePublishingRole', { trust: trusting(account, deliveryAccount, '999900001111') }),
    /^non-compliant: FilePublishingRole: Trust: expected nothing, in the account .*999900001111/,
  ],
  [
    'trust in a role instead of the account',
    but('LookupRole', {
      trust: {
        Statement: [
          { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:role/x` }, Action: 'sts:AssumeRole' },
        ],
      },
    }),
    /role\/x/,
  ],
  [
    'AdministratorAccess for CloudFormation',
    but('CloudFormationExecutionRole', { attached: ['arn:aws:iam::aws:policy/AdministratorAccess'] }),
    /Attached: expected nothing, in the account arn:aws:iam::aws:policy\/AdministratorAccess/,
  ],
  [
    'a policy in the role itself',
    but('CloudFormationExecutionRole', {
      inline: { more: { Statement: [{ Effect: 'Allow', Action: 'iam:*', Resource: '*' }] } },
    }),
    /Inline: expected nothing, in the account .*"more".*iam:\*/,
  ],
  [
    'a policy of the bootstrap that says more',
    but('LookupRole', {
      inline: { LookupRolePolicy: { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } },
    }),
    /Inline\.LookupRolePolicy/,
  ],
  [
    'an execution policy that says more',
    {
      policies: {
        ...given(),
        [policyArn('deployment-data')]: { Statement: [{ Effect: 'Allow', Action: '*' }] },
      },
    },
    /deployment-data: .*in the account .*\*/,
  ],
  [
    'a role more in the stack',
    { roles: { ...MADE, Another: MADE.LookupRole } },
    /^non-compliant: Another: the bootstrap makes no Another$/,
  ],
  [
    'another management account',
    { organization: '999900001111' },
    /^non-compliant: OrganizationAccountAccessRole: Trust.*888877776666.*999900001111/,
  ],
])('%s is named', async (_what, world, problem) => {
  const found = await named(world);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(problem);
});

test('a role of the stack that is gone, and an execution policy that is, are findings', async () => {
  expect(await named({ roles: { ...MADE, LookupRole: undefined } })).toEqual([
    'non-compliant: LookupRole: CDKToolkit has it, and it is not in the account any more',
  ]);
  expect(await named({ policies: {} })).toEqual(
    executionPoliciesOf(context).map((name) => `non-compliant: ${policyArn(name)}: it is not in the account`),
  );
});

test('the second region tells of its own roles, and not again of what IAM has once', async () => {
  const found = await named({ where: config.drRegion, policies: {}, organization: '999900001111' });
  // Its file publisher has a policy of its own name, for its own bucket.
  expect(found).toEqual([expect.stringMatching(/^non-compliant: FilePublishingRole: Inline\./)]);
});
