import {
  evaluate,
  type Policies,
  type EvaluationResult,
} from '../../../compliance/rules/proofs/iam/evaluate';
import { contextOf } from '../../../compliance/rules/proofs/iam/request';
import { parsePolicy, type Statement } from '../../../compliance/rules/proofs/iam/statement';

/**
 * Decisions that AWS itself works out in the IAM User Guide, with the policies of the page and the outcome that the page
 * states in words. Nothing here was derived from our evaluator.
 */
const GUIDE = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/';

type Body = Readonly<Record<string, unknown>>;
type Context = Readonly<Record<string, string | readonly string[]>>;
type Asked = readonly [
  action: string,
  resource: string,
  decision: EvaluationResult['decision'],
  context?: Context,
];

interface Example {
  readonly page: string;
  readonly what: string;
  /** The account and ARN of who asks; Carlos, an IAM user, unless the page names somebody else. */
  readonly caller?: string;
  readonly resourceAccount?: string;
  readonly identity?: readonly Body[];
  readonly boundary?: readonly Body[];
  readonly resource?: readonly Body[];
  /** A policy without it is of the version of 2008. */
  readonly version?: string | undefined;
  readonly asks: readonly Asked[];
}

const ACCOUNT = '123456789012';
const CARLOS = `arn:aws:iam::${ACCOUNT}:user/carlossalazar`;
const SHIRLEY = `arn:aws:iam::${ACCOUNT}:user/ShirleyRodriguez`;
const allow = (Action: unknown, Resource: unknown, more: Body = {}): Body => ({
  ...{ Effect: 'Allow', Action, Resource },
  ...more,
});
const deny = (Action: unknown, Resource: unknown, more: Body = {}): Body => ({
  ...{ Effect: 'Deny', Action, Resource },
  ...more,
});
const on = (condition: Body): Body => ({ Condition: condition });

const ATTRIBUTES = ['PostDateTime', 'Message', 'Tags'];
const THREAD = `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/Thread`;
const requested = (...values: string[]): Context => ({ 'dynamodb:requestedAttributes': values });
const USERS = `arn:aws:iam::${ACCOUNT}:user/x`;
const keysOfUsers = (condition: Body): readonly Body[] => [
  allow('iam:*AccessKey*', `arn:aws:iam::${ACCOUNT}:user/*`, on(condition)),
];
const OPERATORS = 'reference_policies_elements_condition_operators.html';

const EXAMPLES: readonly Example[] = [
  {
    page: 'reference_policies_evaluation-logic_policy-eval-basics.html',
    what: 'identity and resource policy within one account',
    identity: [
      allow(
        [
          's3:GetBucketLocation',
          's3:GetAccountPublicAccessBlock',
          's3:ListAccessPoints',
          's3:ListAllMyBuckets',
        ],
        'arn:aws:s3:::*',
      ),
      allow('s3:*', ['arn:aws:s3:::carlossalazar/*', 'arn:aws:s3:::carlossalazar']),
      deny('s3:*', 'arn:aws:s3:::*log*'),
    ],
    resource: [
      allow('s3:*', ['arn:aws:s3:::carlossalazar/*', 'arn:aws:s3:::carlossalazar'], {
        Principal: { AWS: CARLOS },
      }),
    ],
    asks: [
      ['s3:PutObject', 'arn:aws:s3:::carlossalazar-logs/file', 'explicit-deny'],
      ['s3:PutObject', 'arn:aws:s3:::carlossalazar/file', 'allow'],
    ],
  },
  {
    page: 'reference_policies_evaluation-logic_policy-eval-basics.html',
    what: 'one of the two kinds of policies is enough',
    resource: [allow('s3:*', 'arn:aws:s3:::carlossalazar/*', { Principal: { AWS: CARLOS } })],
    asks: [['s3:PutObject', 'arn:aws:s3:::carlossalazar/file', 'allow']],
  },
  {
    page: 'reference_policies_evaluation-logic_AccessPolicyLanguage_Interplay.html',
    what: 'explicit and implicit denies',
    identity: [
      allow(['iam:Get*', 'iam:List*'], '*'),
      deny('iam:*Report', '*'),
      allow('iam:GenerateCredentialReport', '*'),
    ],
    asks: [
      ['iam:GetUser', USERS, 'allow'],
      ['iam:CreatePolicy', `arn:aws:iam::${ACCOUNT}:policy/p`, 'implicit-deny'],
      ['iam:GetOrganizationsAccessReport', '*', 'explicit-deny'],
      ['iam:GenerateCredentialReport', '*', 'explicit-deny'],
    ],
  },
  {
    page: 'reference_policies_evaluation-logic-cross-account.html',
    what: 'both accounts have to allow',
    caller: 'arn:aws:iam::111111111111:user/carlossalazar',
    resourceAccount: '222222222222',
    identity: [
      allow('s3:ListAllMyBuckets', '*'),
      allow('s3:*Object*', 'arn:aws:s3:::Production/*'),
      deny('s3:*', ['arn:aws:s3:::*log*', 'arn:aws:s3:::*log*/*']),
    ],
    resource: [
      allow(
        ['s3:GetObject*', 's3:PutObject*', 's3:ReplicateObject', 's3:RestoreObject'],
        'arn:aws:s3:::Production/*',
        { Principal: { AWS: 'arn:aws:iam::111111111111:user/carlossalazar' } },
      ),
    ],
    asks: [
      ['s3:PutObject', 'arn:aws:s3:::Production-logs/file', 'explicit-deny'],
      ['s3:PutObject', 'arn:aws:s3:::Production/file', 'allow'],
      // "He can create and edit, but not delete the objects in the bucket. He can't manage the bucket itself."
      ['s3:DeleteObject', 'arn:aws:s3:::Production/file', 'implicit-deny'],
      ['s3:PutBucketPolicy', 'arn:aws:s3:::Production', 'implicit-deny'],
    ],
  },
  {
    page: 'access_policies_boundaries.html',
    what: 'a boundary allows nothing, and limits what identity policies allow',
    caller: SHIRLEY,
    identity: [allow('iam:CreateUser', '*')],
    boundary: [allow(['s3:*', 'cloudwatch:*', 'ec2:*'], '*')],
    asks: [
      ['iam:CreateUser', USERS, 'implicit-deny'],
      ['s3:GetObject', 'arn:aws:s3:::b/o', 'implicit-deny'],
    ],
  },
  {
    page: 'access_policies_boundaries.html',
    what: 'within an account, a grant to the user himself is not reduced by his boundary',
    caller: SHIRLEY,
    boundary: [allow('cloudwatch:*', '*')],
    resource: [allow('s3:GetObject', 'arn:aws:s3:::b/*', { Principal: { AWS: SHIRLEY } })],
    asks: [['s3:GetObject', 'arn:aws:s3:::b/o', 'allow']],
  },
  {
    page: 'reference_policies_evaluation-logic_policy-eval-denyallow.html',
    what: 'a grant to the ARN of a role is limited by an implicit deny in its boundary',
    caller: 'arn:aws:iam::111122223333:role/examplerole',
    resourceAccount: '111122223333',
    boundary: [allow('cloudwatch:*', '*')],
    resource: [
      allow('s3:GetObject', 'arn:aws:s3:::b/*', {
        Principal: { AWS: 'arn:aws:iam::111122223333:role/examplerole' },
      }),
    ],
    asks: [['s3:GetObject', 'arn:aws:s3:::b/o', 'implicit-deny']],
  },
  {
    page: 'access_policies_boundaries.html',
    what: 'Zhang may do what both his permissions and his boundary allow, and a Deny of the boundary holds',
    caller: `arn:aws:iam::${ACCOUNT}:user/Zhang`,
    identity: [
      allow('iam:*', '*'),
      allow(['cloudwatch:GetDashboard', 'cloudwatch:GetMetricData'], '*'),
      allow('s3:ListBucket', 'arn:aws:s3:::ZhangBucket'),
    ],
    boundary: [
      allow(
        ['iam:CreateUser', 'iam:DeleteUserPolicy', 'iam:AttachUserPolicy', 'iam:PutUserPermissionsBoundary'],
        '*',
        on({
          StringEquals: { 'iam:PermissionsBoundary': `arn:aws:iam::${ACCOUNT}:policy/XCompanyBoundaries` },
        }),
      ),
      allow(['cloudwatch:*', 'iam:GetUser', 'iam:SetDefaultPolicyVersion'], '*'),
      deny(
        [
          'iam:CreatePolicyVersion',
          'iam:DeletePolicy',
          'iam:DeletePolicyVersion',
          'iam:SetDefaultPolicyVersion',
        ],
        [
          `arn:aws:iam::${ACCOUNT}:policy/XCompanyBoundaries`,
          `arn:aws:iam::${ACCOUNT}:policy/DelegatedUserBoundary`,
        ],
      ),
      deny('iam:DeleteUserPermissionsBoundary', '*'),
    ],
    asks: [
      ['iam:CreateUser', USERS, 'implicit-deny'],
      [
        'iam:CreateUser',
        USERS,
        'allow',
        { 'iam:PermissionsBoundary': `arn:aws:iam::${ACCOUNT}:policy/XCompanyBoundaries` },
      ],
      [
        'iam:CreateUser',
        USERS,
        'implicit-deny',
        { 'iam:PermissionsBoundary': `arn:aws:iam::${ACCOUNT}:policy/Other` },
      ],
      ['iam:DeleteUserPermissionsBoundary', USERS, 'explicit-deny'],
      ['iam:SetDefaultPolicyVersion', `arn:aws:iam::${ACCOUNT}:policy/XCompanyBoundaries`, 'explicit-deny'],
      ['iam:SetDefaultPolicyVersion', `arn:aws:iam::${ACCOUNT}:policy/SalesTeam`, 'allow'],
      ['cloudwatch:GetDashboard', '*', 'allow'],
      ['cloudwatch:PutDashboard', '*', 'implicit-deny'],
      ['s3:ListBucket', 'arn:aws:s3:::ZhangBucket', 'implicit-deny'],
    ],
  },
  {
    page: 'reference_policies_condition-single-vs-multi-valued-context-keys.html',
    what: 'ForAllValues: every value of the request is in the list',
    identity: [
      allow(
        'dynamodb:GetItem',
        THREAD,
        on({ 'ForAllValues:StringLike': { 'dynamodb:requestedAttributes': ATTRIBUTES } }),
      ),
    ],
    asks: [
      ['dynamodb:GetItem', THREAD, 'allow', requested('PostDateTime', 'Message')],
      ['dynamodb:GetItem', THREAD, 'implicit-deny', requested('PostDateTime', 'UserName')],
      ['dynamodb:GetItem', THREAD, 'implicit-deny', requested('ID')],
      // "If the key values in the request resolve to an empty data set … ForAllValues returns true".
      ['dynamodb:GetItem', THREAD, 'allow', requested()],
      ['dynamodb:GetItem', THREAD, 'allow'],
    ],
  },
  {
    page: 'reference_policies_condition-single-vs-multi-valued-context-keys.html',
    what: 'ForAnyValue: one value of the request is in the list',
    identity: [
      allow('dynamodb:*', THREAD),
      deny(
        'dynamodb:PutItem',
        THREAD,
        on({ 'ForAnyValue:StringLike': { 'dynamodb:requestedAttributes': ['ID', 'PostDateTime'] } }),
      ),
    ],
    asks: [
      ['dynamodb:PutItem', THREAD, 'explicit-deny', requested('UserName', 'Message', 'PostDateTime')],
      ['dynamodb:PutItem', THREAD, 'allow', requested('UserName')],
      ['dynamodb:PutItem', THREAD, 'allow', requested()],
    ],
  },
  {
    page: 'reference_policies_condition-logic-multiple-context-keys-or-values.html',
    what: 'operators AND, keys AND, values OR; values of a negated operator NOR',
    identity: [
      allow(
        's3:GetObject',
        'arn:aws:s3:::b/*',
        on({
          StringEquals: {
            'aws:PrincipalTag/department': ['finance', 'hr', 'legal'],
            'aws:PrincipalTag/role': ['audit', 'security'],
          },
          ArnLike: {
            'aws:PrincipalArn': ['arn:aws:iam::222222222222:user/Ana', 'arn:aws:iam::222222222222:user/Mary'],
          },
        }),
      ),
      allow(
        's3:PutObject',
        'arn:aws:s3:::b/*',
        on({ StringNotEquals: { 'aws:PrincipalTag/department': ['finance', 'hr'] } }),
      ),
    ],
    asks: (
      [
        [{ department: 'hr', role: 'audit', arn: 'Ana' }, 'allow'],
        [{ department: 'legal', role: 'security', arn: 'Mary' }, 'allow'],
        [{ department: 'sales', role: 'audit', arn: 'Ana' }, 'implicit-deny'],
        [{ department: 'hr', role: 'admin', arn: 'Ana' }, 'implicit-deny'],
        [{ department: 'hr', role: 'audit', arn: 'Bob' }, 'implicit-deny'],
      ] as const
    )
      .map(([{ department, role, arn }, decision]): Asked => [
        's3:GetObject',
        'arn:aws:s3:::b/o',
        decision,
        {
          'aws:PrincipalTag/department': department,
          'aws:PrincipalTag/role': role,
          'aws:PrincipalArn': `arn:aws:iam::222222222222:user/${arn}`,
        },
      ])
      .concat([
        ['s3:PutObject', 'arn:aws:s3:::b/o', 'implicit-deny', { 'aws:PrincipalTag/department': 'hr' }],
        ['s3:PutObject', 'arn:aws:s3:::b/o', 'allow', { 'aws:PrincipalTag/department': 'sales' }],
      ]),
  },
  {
    page: `${OPERATORS}#Conditions_String`,
    what: 'an absent key does not match',
    identity: keysOfUsers({ StringEquals: { 'aws:PrincipalTag/job-category': 'iamuser-admin' } }),
    asks: [
      ['iam:CreateAccessKey', USERS, 'allow', { 'aws:PrincipalTag/job-category': 'iamuser-admin' }],
      ['iam:CreateAccessKey', USERS, 'implicit-deny', { 'aws:PrincipalTag/job-category': 'IAMUser-admin' }],
      ['iam:CreateAccessKey', USERS, 'implicit-deny'],
    ],
  },
  {
    page: `${OPERATORS}#Conditions_Numeric`,
    what: 'up to ten keys',
    identity: [
      allow(
        's3:ListBucket',
        'arn:aws:s3:::example_bucket',
        on({ NumericLessThanEquals: { 's3:max-keys': '10' } }),
      ),
    ],
    asks: [
      ['s3:ListBucket', 'arn:aws:s3:::example_bucket', 'allow', { 's3:max-keys': '10' }],
      ['s3:ListBucket', 'arn:aws:s3:::example_bucket', 'implicit-deny', { 's3:max-keys': '11' }],
      ['s3:ListBucket', 'arn:aws:s3:::example_bucket', 'implicit-deny'],
    ],
  },
  {
    page: `${OPERATORS}#Conditions_Date`,
    what: 'credentials issued since a day; long-term ones have no such time',
    identity: keysOfUsers({ DateGreaterThan: { 'aws:TokenIssueTime': '2020-01-01T00:00:01Z' } }),
    asks: [
      ['iam:CreateAccessKey', USERS, 'allow', { 'aws:TokenIssueTime': '2020-06-01T00:00:00Z' }],
      ['iam:CreateAccessKey', USERS, 'implicit-deny', { 'aws:TokenIssueTime': '2019-06-01T00:00:00Z' }],
      // Epoch time is a way to write the same.
      ['iam:CreateAccessKey', USERS, 'allow', { 'aws:TokenIssueTime': '1590969600' }],
      ['iam:CreateAccessKey', USERS, 'implicit-deny'],
    ],
  },
  {
    page: `${OPERATORS}#Conditions_Boolean`,
    what: 'plain HTTP denied',
    identity: [
      allow('s3:*', '*'),
      deny(
        's3:*',
        ['arn:aws:s3:::DOC-EXAMPLE-BUCKET', 'arn:aws:s3:::DOC-EXAMPLE-BUCKET/*'],
        on({ Bool: { 'aws:SecureTransport': 'false' } }),
      ),
    ],
    asks: [
      [
        's3:GetObject',
        'arn:aws:s3:::DOC-EXAMPLE-BUCKET/o',
        'explicit-deny',
        { 'aws:SecureTransport': 'false' },
      ],
      ['s3:GetObject', 'arn:aws:s3:::DOC-EXAMPLE-BUCKET/o', 'allow', { 'aws:SecureTransport': 'true' }],
    ],
  },
  {
    page: `${OPERATORS}#Conditions_IPAddress`,
    what: 'addresses of both families, and none at all through an endpoint',
    identity: [
      allow(
        'iam:*AccessKey*',
        '*',
        on({ IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '2001:DB8:1234:5678::/64'] } }),
      ),
    ],
    asks: [
      ['iam:CreateAccessKey', USERS, 'allow', { 'aws:SourceIp': '203.0.113.0' }],
      ['iam:CreateAccessKey', USERS, 'allow', { 'aws:SourceIp': '203.0.113.255' }],
      ['iam:CreateAccessKey', USERS, 'implicit-deny', { 'aws:SourceIp': '203.0.114.0' }],
      ['iam:CreateAccessKey', USERS, 'allow', { 'aws:SourceIp': '2001:db8:1234:5678::1' }],
      ['iam:CreateAccessKey', USERS, 'implicit-deny', { 'aws:SourceIp': '2001:db8:1234:5679::1' }],
      ['iam:CreateAccessKey', USERS, 'implicit-deny'],
    ],
  },
  ...(['ArnLike', 'StringLike'] as const).map((operator): Example => ({
    page: `${OPERATORS}#Conditions_ARN`,
    what: `${operator}: what an asterisk before a colon matches`,
    identity: [
      allow(
        'sqs:SendMessage',
        '*',
        on({ [operator]: { 'aws:SourceArn': 'arn:aws:someservice:*:111122223333:finance/*' } }),
      ),
    ],
    asks: [
      [
        'sqs:SendMessage',
        `arn:aws:sqs:us-east-2:${ACCOUNT}:q`,
        operator === 'ArnLike' ? 'implicit-deny' : 'allow',
        {
          'aws:SourceArn':
            'arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt',
        },
      ],
      [
        'sqs:SendMessage',
        `arn:aws:sqs:us-east-2:${ACCOUNT}:q`,
        'allow',
        { 'aws:SourceArn': 'arn:aws:someservice:us-east-2:111122223333:finance/document.txt' },
      ],
    ],
  })),
  ...(
    [
      ['StringLike', 'implicit-deny'],
      ['StringLikeIfExists', 'allow'],
    ] as const
  ).map(([operator, withoutKey]): Example => ({
    page: `${OPERATORS}#Conditions_IfExists`,
    what: `${operator}: resources that have no instance type`,
    identity: [
      allow('ec2:RunInstances', '*', on({ [operator]: { 'ec2:InstanceType': ['t1.*', 't2.*', 'm3.*'] } })),
    ],
    asks: [
      [
        'ec2:RunInstances',
        `arn:aws:ec2:us-east-1:${ACCOUNT}:instance/*`,
        'allow',
        { 'ec2:InstanceType': 't2.micro' },
      ],
      [
        'ec2:RunInstances',
        `arn:aws:ec2:us-east-1:${ACCOUNT}:instance/*`,
        'implicit-deny',
        { 'ec2:InstanceType': 'c5.large' },
      ],
      ['ec2:RunInstances', `arn:aws:ec2:us-east-1:${ACCOUNT}:key-pair/k`, withoutKey],
    ],
  })),
  {
    page: `${OPERATORS}#Conditions_IfExists`,
    what: 'a Deny by a negated operator with IfExists denies when the key is missing',
    identity: [
      allow('ec2:*', '*'),
      deny('ec2:*', '*', on({ StringNotEqualsIfExists: { 'aws:RequestTag/team': 'ours' } })),
    ],
    asks: [
      ['ec2:CreateVolume', `arn:aws:ec2:us-east-1:${ACCOUNT}:volume/*`, 'explicit-deny'],
      [
        'ec2:CreateVolume',
        `arn:aws:ec2:us-east-1:${ACCOUNT}:volume/*`,
        'allow',
        { 'aws:RequestTag/team': 'ours' },
      ],
    ],
  },
  {
    page: `${OPERATORS}#Conditions_Null`,
    what: 'own credentials only',
    identity: [allow('ec2:*', '*', on({ Null: { 'aws:TokenIssueTime': 'true' } }))],
    asks: [
      ['ec2:DescribeVpcs', '*', 'allow'],
      ['ec2:DescribeVpcs', '*', 'implicit-deny', { 'aws:TokenIssueTime': '2020-06-01T00:00:00Z' }],
    ],
  },
  {
    page: 'reference_policies_variables.html',
    what: 'a home directory by user name; key names in any case',
    identity: [
      allow(
        's3:ListBucket',
        'arn:aws:s3:::mybucket',
        on({ StringLike: { 's3:prefix': ['${aws:username}/*'] } }),
      ),
      allow(['s3:GetObject', 's3:PutObject'], 'arn:aws:s3:::mybucket/${AWS:UserName}/*'),
    ],
    asks: [
      ['s3:GetObject', 'arn:aws:s3:::mybucket/David/a.txt', 'allow', { 'aws:username': 'David' }],
      ['s3:GetObject', 'arn:aws:s3:::mybucket/Ana/a.txt', 'implicit-deny', { 'aws:username': 'David' }],
      [
        's3:ListBucket',
        'arn:aws:s3:::mybucket',
        'allow',
        { 'aws:username': 'David', 's3:prefix': 'David/x' },
      ],
      // Without a value, the variable makes the statement match nothing.
      ['s3:GetObject', 'arn:aws:s3:::mybucket//a.txt', 'implicit-deny'],
    ],
  },
  {
    page: 'reference_policies_variables.html',
    what: 'a variable that cannot be resolved makes the statement invalid, what it leaves out included',
    identity: [
      allow('s3:GetObject', 'arn:aws:s3:::mybucket/*'),
      { Effect: 'Deny', Action: 's3:GetObject', NotResource: 'arn:aws:s3:::mybucket/${aws:username}/*' },
      deny('s3:GetObject', '*', on({ StringNotEquals: { 'aws:UserAgent': '${aws:username}' } })),
    ],
    asks: [
      ['s3:GetObject', 'arn:aws:s3:::mybucket/a', 'allow', { 'aws:UserAgent': 'x' }],
      [
        's3:GetObject',
        'arn:aws:s3:::mybucket/a',
        'explicit-deny',
        { 'aws:username': 'David', 'aws:UserAgent': 'David' },
      ],
    ],
  },
  {
    page: 'reference_policies_variables.html',
    what: 'without the version of 2012 a variable is text',
    version: undefined,
    identity: [allow('s3:GetObject', 'arn:aws:s3:::mybucket/${aws:username}/*')],
    asks: [
      ['s3:GetObject', 'arn:aws:s3:::mybucket/David/a.txt', 'implicit-deny', { 'aws:username': 'David' }],
      ['s3:GetObject', 'arn:aws:s3:::mybucket/${aws:username}/a.txt', 'allow', { 'aws:username': 'David' }],
    ],
  },
  {
    page: 'reference_policies_variables.html#policy-vars-default-values',
    what: 'a default value for who has none',
    identity: [allow('s3:GetObject', "arn:aws:s3:::bucket/${aws:userid, 'anonymous'}")],
    asks: [
      ['s3:GetObject', 'arn:aws:s3:::bucket/anonymous', 'allow'],
      ['s3:GetObject', 'arn:aws:s3:::bucket/anonymous', 'implicit-deny', { 'aws:userid': 'AIDA' }],
      ['s3:GetObject', 'arn:aws:s3:::bucket/AIDA', 'allow', { 'aws:userid': 'AIDA' }],
    ],
  },
  {
    page: 'reference_policies_variables.html#policy-vars-specialchars',
    what: 'characters that otherwise have a meaning',
    identity: [
      allow('s3:GetObject', ['arn:aws:s3:::b/a${*}', 'arn:aws:s3:::b/b${?}', 'arn:aws:s3:::b/c${$}']),
    ],
    asks: [
      ['s3:GetObject', 'arn:aws:s3:::b/a*', 'allow'],
      ['s3:GetObject', 'arn:aws:s3:::b/ab', 'implicit-deny'],
      ['s3:GetObject', 'arn:aws:s3:::b/b?', 'allow'],
      ['s3:GetObject', 'arn:aws:s3:::b/bb', 'implicit-deny'],
      ['s3:GetObject', 'arn:aws:s3:::b/c$', 'allow'],
    ],
  },
  {
    page: 'reference_policies_elements_notprincipal.html',
    what: 'a Deny for everybody but Bob spares Bob',
    caller: 'arn:aws:iam::444455556666:user/Bob',
    identity: [allow('s3:*', '*')],
    resource: [
      deny('s3:*', ['arn:aws:s3:::BUCKETNAME', 'arn:aws:s3:::BUCKETNAME/*'], {
        NotPrincipal: { AWS: ['arn:aws:iam::444455556666:user/Bob', 'arn:aws:iam::444455556666:root'] },
      }),
      allow('s3:GetObject', 'arn:aws:s3:::BUCKETNAME/*', {
        Principal: { AWS: 'arn:aws:iam::444455556666:user/Bob' },
      }),
    ],
    asks: [['s3:GetObject', 'arn:aws:s3:::BUCKETNAME/o', 'allow']],
  },
  {
    page: 'reference_policies_elements_notprincipal.html',
    what: 'a Deny for everybody but Bob, asked by somebody of another account',
    caller: 'arn:aws:iam::777788889999:user/Alice',
    identity: [allow('s3:*', '*')],
    resource: [
      deny('s3:*', ['arn:aws:s3:::BUCKETNAME', 'arn:aws:s3:::BUCKETNAME/*'], {
        NotPrincipal: { AWS: ['arn:aws:iam::444455556666:user/Bob', 'arn:aws:iam::444455556666:root'] },
      }),
    ],
    asks: [['s3:GetObject', 'arn:aws:s3:::BUCKETNAME/o', 'explicit-deny']],
  },
  {
    page: 'reference_policies_elements_notaction.html',
    what: 'NotAction and NotResource with Allow reach everything else',
    identity: [allow(undefined, 'arn:aws:s3:::*', { NotAction: 's3:DeleteBucket' })],
    asks: [
      ['s3:DeleteBucket', 'arn:aws:s3:::b', 'implicit-deny'],
      ['s3:PutBucketPolicy', 'arn:aws:s3:::b', 'allow'],
    ],
  },
];

const read = (
  statements: readonly Body[] | undefined,
  version: string | undefined,
): Statement[] | undefined =>
  statements &&
  parsePolicy(
    {
      ...(version !== undefined && { Version: version }),
      Statement: JSON.parse(JSON.stringify(statements)) as unknown,
    },
    'aws',
    'open',
  );

const cases = EXAMPLES.flatMap((example) =>
  example.asks.map((asked) => [example.what, asked[0], asked[1], asked[2], example, asked] as const),
);

describe("AWS's own worked examples", () => {
  test.each(cases)('%s: %s on %s is %s', (_what, action, resource, decision, example, asked) => {
    const { caller = CARLOS, resourceAccount = ACCOUNT } = example;
    const version = 'version' in example ? example.version : '2012-10-17';
    const policies: Policies = {
      identity: read(example.identity ?? [], version) ?? [],
      boundary: read(example.boundary, version),
      resource: read(example.resource, version),
    };
    const account = caller.split(':')[4] ?? '';
    const context = contextOf({ 'aws:PrincipalArn': caller, ...asked[3] });
    const verdict = evaluate(
      { caller: { kind: 'role', arn: caller, account }, action, resource, resourceAccount, context },
      policies,
    );
    expect([GUIDE + example.page, verdict.decision]).toEqual([GUIDE + example.page, decision]);
  });
});
