import type { DeclaredNeed } from '../../../compliance/rules/proofs/iam/declared-needs';
import { proveIam } from '../../../compliance/rules/proofs/iam/prove-iam';
import type { StackTemplate } from '../../../compliance/rules/proofs/model/template';
import type { DeclaredCalls } from '../../../compliance/rules/proofs/network/called-services';
import { permissionSetRoles } from '../../../lib/names';
import { ACCOUNT, attribute, changed, ref, resource, type Resources, without } from './small-network';

const ROLE = `arn:aws:iam::${ACCOUNT}:role/serverlessapp-dev-analyze-role`;
const BUCKET = `arn:aws:s3:::serverlessapp-dev-pictures-${ACCOUNT}-us-east-1`;
const VIA_S3 = { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } };
type Statement = Record<string, unknown>;
const document = (...statements: Statement[]) => ({ Version: '2012-10-17', Statement: statements });
const account = { AWS: `arn:aws:iam::${ACCOUNT}:root` };

const call: Statement = {
  Sid: 'CallObjectInput',
  Effect: 'Allow',
  Action: 's3:GetObjectVersion',
  Resource: `${BUCKET}/input/*`,
};
const key: Statement = {
  Sid: 'UseKey',
  Effect: 'Allow',
  Action: 'kms:Decrypt',
  Resource: attribute('Key', 'Arn'),
  Condition: VIA_S3,
};
const perimeter: Statement = {
  Sid: 'Perimeter',
  Effect: 'Deny',
  Principal: '*',
  Action: ['s3:GetObject', 's3:GetObjectVersion'],
  Resource: [BUCKET, `${BUCKET}/*`],
  Condition: {
    StringNotEqualsIfExists: { 'aws:SourceVpce': ref('S3Endpoint') },
    BoolIfExists: { 'aws:ViaAWSService': 'false' },
  },
};
const transport = (Sid: string, Condition: object): Statement => ({
  Sid,
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: [BUCKET, `${BUCKET}/*`],
  Condition,
});
const noPlain = transport('NoPlain', { Bool: { 'aws:SecureTransport': 'false' } });
const noOld = transport('NoOld', { NumericLessThan: { 's3:TlsVersion': '1.2' } });
const keyUse: Statement = {
  Sid: 'RolesUseKey',
  Effect: 'Allow',
  Principal: account,
  Action: 'kms:Decrypt',
  Resource: '*',
  Condition: { ...VIA_S3, ArnEquals: { 'aws:PrincipalArn': ROLE } },
};
const logsUse: Statement = {
  Sid: 'LogsUseKey',
  Effect: 'Allow',
  Principal: { Service: 'logs.us-east-1.amazonaws.com' },
  Action: 'kms:Decrypt',
  Resource: '*',
  Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
};
const through: Statement = {
  Sid: 'Ours',
  Effect: 'Allow',
  Principal: '*',
  Action: 's3:GetObjectVersion',
  Resource: `${BUCKET}/*`,
  Condition: { ArnEquals: { 'aws:PrincipalArn': ROLE } },
};
const trust: Statement = {
  Effect: 'Allow',
  Principal: { Service: 'lambda.amazonaws.com' },
  Action: 'sts:AssumeRole',
  Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
};

/** One function that reads pictures through an endpoint, with everything around it as it should be. */
const world = (): Resources => ({
  Analyze: resource('AWS::Lambda::Function', {
    FunctionName: 'serverlessapp-dev-analyze',
    Role: attribute('Role', 'Arn'),
  }),
  Role: resource('AWS::IAM::Role', {
    RoleName: 'serverlessapp-dev-analyze-role',
    AssumeRolePolicyDocument: document(trust),
    PermissionsBoundary: ref('Boundary'),
    ManagedPolicyArns: [ref('Policy')],
  }),
  Policy: resource('AWS::IAM::ManagedPolicy', { PolicyDocument: document(call, key) }),
  Boundary: resource('AWS::IAM::ManagedPolicy', {
    PolicyDocument: document({ Sid: 'Boundary', Effect: 'Allow', Action: ['s3:*', 'kms:*'], Resource: '*' }),
  }),
  Bucket: resource('AWS::S3::Bucket', {
    BucketName: BUCKET.replace('arn:aws:s3:::', ''),
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        {
          ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: attribute('Key', 'Arn') },
        },
      ],
    },
  }),
  BucketPolicy: resource('AWS::S3::BucketPolicy', {
    Bucket: ref('Bucket'),
    PolicyDocument: document(perimeter, noPlain, noOld),
  }),
  Key: resource('AWS::KMS::Key', { KeyPolicy: document(keyUse, logsUse) }),
  S3Endpoint: resource('AWS::EC2::VPCEndpoint', {
    VpcId: ref('Vpc'),
    ServiceName: 'com.amazonaws.us-east-1.s3',
    PolicyDocument: document(through),
  }),
  Vpc: resource('AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16' }),
});

const CALLS: DeclaredCalls = { analyze: [{ action: 's3:GetObjectVersion', resource: 'object:input/*' }] };
const NEEDS: readonly DeclaredNeed[] = [
  {
    role: 'function',
    sid: 'UseKey',
    actions: ['kms:Decrypt'],
    page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html',
  },
];
const stack = (resources: Resources): StackTemplate => ({
  stackName: 'small',
  account: ACCOUNT,
  region: 'us-east-1',
  template: { Resources: resources },
});
const prove = (resources: Resources, calls = CALLS, needs = NEEDS) =>
  proveIam([stack(resources)], calls, needs);
const findings = (resources: Resources, calls = CALLS, needs = NEEDS): string =>
  prove(resources, calls, needs)
    .result.rows.filter(({ verdict, rule }) => verdict !== 'compliant' && !rule.endsWith('-reviewed'))
    .map(({ rule, resource: subject, verdict, message }) => `${rule} ${subject} ${verdict}: ${message}`)
    .join('\n');
const policy = (logicalId: string, property: string, ...statements: Statement[]) =>
  changed(logicalId, { [property]: document(...statements) }, world());

const onlyOurOrganization: Statement = {
  Sid: 'OnlyOurOrganization',
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: [BUCKET, `${BUCKET}/*`],
  Condition: { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-exampleorgid1' } },
};

const PARTNER = 'arn:aws:iam::888888888888:root';
const onBucket = (statement: Statement): Resources =>
  policy('BucketPolicy', 'PolicyDocument', perimeter, noPlain, noOld, {
    Sid: 'Partner',
    Effect: 'Allow',
    Action: 's3:PutObject',
    Resource: `${BUCKET}/*`,
    ...statement,
  });
/** Whoever a policy names: an account of which the proof was never told, an organisation, a tag, a range of addresses. */
const strangersLetIn: [string, Resources, RegExp][] = [
  [
    'a bucket shared with an account that only its policy names',
    onBucket({ Principal: { AWS: PARTNER } }),
    /no-foreigner BucketPolicy .*888888888888.* may s3:PutObject by Partner/,
  ],
  [
    'a bucket shared with a role of another account by a condition',
    onBucket({
      Principal: '*',
      Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::888888888888:role/p*' } },
    }),
    /no-foreigner BucketPolicy .*888888888888:role\/px/,
  ],
  ...Object.entries({
    organisation: { StringEquals: { 'aws:PrincipalOrgID': 'o-partner00000' } },
    tag: { StringLike: { 'aws:PrincipalTag/team': 'vision-*' } },
    'range of addresses': { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24'] } },
    'network of others': { StringEquals: { 'aws:SourceVpce': 'vpce-0a1b2c3d4e5f' } },
  }).map(([what, Condition]): [string, Resources, RegExp] => [
    `a bucket shared with a ${what}`,
    onBucket({ Principal: '*', Condition }),
    /no-foreigner BucketPolicy .* may s3:PutObject by Partner/,
  ]),
  [
    'a key whose account was swapped',
    policy('Key', 'KeyPolicy', { ...keyUse, Principal: { AWS: PARTNER }, Condition: VIA_S3 }, logsUse),
    /no-foreigner Key .*888888888888/,
  ],
  [
    'a trust whose account was swapped',
    policy('Role', 'AssumeRolePolicyDocument', trust, {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { AWS: PARTNER },
      Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
    }),
    /no-foreigner Role .*888888888888/,
  ],
  ...Object.entries({
    'an API': resource('AWS::ApiGateway::RestApi', {
      Policy: document({
        Sid: 'Open',
        Effect: 'Allow',
        Principal: '*',
        Action: 'execute-api:Invoke',
        Resource: 'execute-api:/*',
      }),
    }),
    'an event bus': resource('AWS::Events::EventBusPolicy', {
      StatementId: 'Open',
      Statement: {
        Sid: 'Open',
        Effect: 'Allow',
        Principal: { AWS: PARTNER },
        Action: 'events:PutEvents',
        Resource: `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/default`,
      },
    }),
    'an event bus in the older form': resource('AWS::Events::EventBusPolicy', {
      StatementId: 'Open',
      Principal: '*',
      Action: 'events:PutEvents',
      Condition: { Type: 'StringEquals', Key: 'aws:PrincipalOrgID', Value: 'o-partner00000' },
    }),
    'a layer': resource('AWS::Lambda::LayerVersionPermission', {
      LayerVersionArn: `arn:aws:lambda:us-east-1:${ACCOUNT}:layer:code:1`,
      Principal: '*',
      Action: 'lambda:GetLayerVersion',
    }),
    'a log destination': resource('AWS::Logs::Destination', {
      DestinationName: 'central',
      DestinationPolicy: JSON.stringify(
        document({
          Sid: 'Open',
          Effect: 'Allow',
          Principal: { AWS: '888888888888' },
          Action: 'logs:PutSubscriptionFilter',
          Resource: `arn:aws:logs:us-east-1:${ACCOUNT}:destination:central`,
        }),
      ),
    }),
    'a replica of a table': resource('AWS::DynamoDB::GlobalTable', {
      TableName: 'log',
      Replicas: [
        {
          Region: 'us-west-2',
          ResourcePolicy: {
            PolicyDocument: document({
              Sid: 'Open',
              Effect: 'Allow',
              Principal: { AWS: PARTNER },
              Action: 'dynamodb:Scan',
              Resource: '*',
            }),
          },
        },
      ],
    }),
    'the stream of a table': resource('AWS::DynamoDB::GlobalTable', {
      TableName: 'log',
      Replicas: [
        {
          Region: 'us-east-1',
          ReplicaStreamSpecification: {
            ResourcePolicy: {
              PolicyDocument: document({
                Sid: 'Open',
                Effect: 'Allow',
                Principal: { AWS: PARTNER },
                Action: 'dynamodb:GetRecords',
                Resource: '*',
              }),
            },
          },
        },
      ],
    }),
  }).map(([what, added]): [string, Resources, RegExp] => [
    `${what} that is open to others`,
    { ...world(), Added: added },
    /no-foreigner Added .* by (Open|LayerPermission|#0)/,
  ]),
];
/** Conditions that look as if they kept a service to our account. */
const deputiesConfused: [string, Resources, RegExp][] = Object.entries({
  'a second account in the list': { StringEquals: { 'aws:SourceAccount': [ACCOUNT, '888888888888'] } },
  'a source that need not come': { StringEqualsIfExists: { 'aws:SourceAccount': ACCOUNT } },
  'all of no sources': { 'ForAllValues:StringEquals': { 'aws:SourceAccount': ACCOUNT } },
  'an ARN with our account in its name': {
    StringLike: { 'aws:SourceArn': `arn:aws:logs:*:*:*${ACCOUNT}*` },
  },
  'a text with our account in it': { StringLike: { 'aws:SourceArn': `*${ACCOUNT}*` } },
  'an ARN of any account': { ArnLike: { 'aws:SourceArn': 'arn:aws:logs:us-east-1:*:log-group:ours' } },
  "another account's ARN": {
    ArnLike: { 'aws:SourceArn': 'arn:aws:logs:us-east-1:888888888888:log-group:theirs' },
  },
}).map(([what, Condition]) => [
  `a service by ${what}`,
  policy('Key', 'KeyPolicy', keyUse, { ...logsUse, Condition }),
  /confused-deputy Key .*for another account by LogsUseKey/,
]);

describe('the IAM proof', () => {
  it('takes the roles of the account for members of the organisation whose strangers are denied', () => {
    const closed = policy('BucketPolicy', 'PolicyDocument', perimeter, noPlain, noOld, onlyOurOrganization);
    expect(findings(closed)).toBe('');
    expect(prove(closed).reviewed[0]?.content).toContain('analyze · s3:GetObjectVersion');
  });

  it('passes the small world', () => {
    expect(findings(world())).toBe('');
    expect(prove(world()).narratives).toEqual([
      'analyze may make exactly these calls: s3:GetObjectVersion on object:input/*.',
    ]);
  });

  it.each<[string, Resources, RegExp]>([
    [
      'a call that is not granted',
      policy('Policy', 'PolicyDocument', key),
      /calls-allowed Role .*no identity policy/,
    ],
    [
      'a call that the boundary does not allow',
      policy('Boundary', 'PolicyDocument', { ...call, Action: 'kms:*', Resource: '*' }),
      /calls-allowed Role .*no boundary policy/,
    ],
    [
      'a call that the endpoint does not allow',
      policy('S3Endpoint', 'PolicyDocument', { ...through, Action: 's3:PutObject' }),
      /calls-allowed Role .*no endpoint policy/,
    ],
    [
      'a key that the identity policy does not allow',
      policy('Policy', 'PolicyDocument', call),
      /calls-allowed Role .*needs kms:Decrypt through s3: no identity/,
    ],
    [
      'a key whose policy does not allow the role',
      policy('Key', 'KeyPolicy', logsUse),
      /calls-allowed Role .*needs kms:Decrypt through s3: no resource/,
    ],
    [
      'a grant on every bucket',
      policy('Policy', 'PolicyDocument', { ...call, Resource: 'arn:aws:s3:::*' }, key),
      /grants-used Role .*CallObjectInput grants s3:GetObjectVersion on arn:aws:s3:::\*|neighbours-refused/,
    ],
    [
      'a grant on another folder',
      policy('Policy', 'PolicyDocument', { ...call, Resource: `${BUCKET}/*` }, key),
      /neighbours-refused Role .*another folder/,
    ],
    [
      'an unused action',
      policy(
        'Policy',
        'PolicyDocument',
        { ...call, Action: ['s3:GetObjectVersion', 's3:DeleteObject'] },
        key,
      ),
      /grants-used Role .*s3:DeleteObject/,
    ],
    [
      'an unused action under a declared need',
      policy('Policy', 'PolicyDocument', call, { ...key, Action: ['kms:Decrypt', 'kms:Encrypt'] }),
      /grants-used Role .*grants kms:Encrypt/,
    ],
    [
      'a grant by exclusion',
      policy('Policy', 'PolicyDocument', call, key, {
        Sid: 'All',
        Effect: 'Allow',
        NotAction: 'iam:*',
        Resource: '*',
      }),
      /grants-used Role .*exclusion/,
    ],
    [
      'a bucket without its perimeter',
      policy('BucketPolicy', 'PolicyDocument', noPlain, noOld),
      /outside-refused Role .*allowed from outside/,
    ],
    [
      'a perimeter that another endpoint passes',
      policy(
        'BucketPolicy',
        'PolicyDocument',
        { ...perimeter, Condition: { Null: { 'aws:SourceVpce': 'true' } } },
        noPlain,
        noOld,
      ),
      /outside-refused Role .*foreign endpoint/,
    ],
    [
      'plain HTTP',
      policy('BucketPolicy', 'PolicyDocument', perimeter, noOld),
      /encrypted-transport .*over plain HTTP/,
    ],
    [
      'old TLS',
      policy('BucketPolicy', 'PolicyDocument', perimeter, noPlain),
      /encrypted-transport .*over TLS 1\.1/,
    ],
    [
      'a public bucket',
      policy('BucketPolicy', 'PolicyDocument', noPlain, noOld, {
        Sid: 'Public',
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: `${BUCKET}/*`,
      }),
      /no-foreigner anonymous callers .*s3:GetObject/,
    ],
    [
      'a bucket shared with another account',
      policy('BucketPolicy', 'PolicyDocument', noPlain, noOld, {
        Sid: 'Share',
        Effect: 'Allow',
        Principal: { AWS: '999999999999' },
        Action: 's3:*',
        Resource: `${BUCKET}/*`,
      }),
      /no-foreigner another account.* by .*Share/,
    ],
    [
      'a service that acts for anybody',
      policy('Key', 'KeyPolicy', keyUse, { ...logsUse, Condition: undefined }),
      /confused-deputy Key .*logs\.us-east-1.* LogsUseKey/,
    ],
    [
      'a role that anybody may assume',
      policy('Role', 'AssumeRolePolicyDocument', { ...trust, Principal: { AWS: '*' }, Condition: {} }),
      /trust-closed Role .*another account/,
    ],
    [
      'a role of people without MFA',
      policy('Role', 'AssumeRolePolicyDocument', { ...trust, Principal: account, Condition: {} }),
      /trust-closed Role .*without MFA/,
    ],
    [
      'a role that any permission set of Identity Center may take',
      policy('Role', 'AssumeRolePolicyDocument', {
        ...trust,
        Principal: account,
        Condition: { ArnLike: { 'aws:PrincipalArn': permissionSetRoles('*', ACCOUNT) } },
      }),
      /trust-closed Role .*any permission set/,
    ],
    [
      'a role without the boundary',
      changed('Role', { PermissionsBoundary: undefined }, world()),
      /iam-boundary Role/,
    ],
    [
      'an AWS-managed policy, whose words are not in the templates',
      changed('Role', { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }, world()),
      /policies-readable .*error: .*AdministratorAccess/,
    ],
    [
      'an unknown condition key',
      policy(
        'Policy',
        'PolicyDocument',
        { ...call, Condition: { StringEquals: { 'aws:Weather': 'rain' } } },
        key,
      ),
      /policies-readable .*error: .*aws:Weather/,
    ],
    [
      'a policy of a type that nobody reads',
      { ...world(), Added: resource('AWS::ECR::RegistryPolicy', { PolicyText: {}, Policy: {} }) },
      /policies-readable Added/,
    ],
    ['an IAM user', { ...world(), Added: resource('AWS::IAM::User') }, /policies-readable Added/],
    [
      'a policy deep inside a type that nobody reads',
      { ...world(), Added: resource('AWS::Some::Thing', { Settings: [{ Words: document(through) }] }) },
      /policies-readable Added/,
    ],
    [
      'a policy as text in a type that nobody reads',
      { ...world(), Added: resource('AWS::Some::Thing', { Words: JSON.stringify(document(through)) }) },
      /policies-readable Added/,
    ],
    [
      'something that grants by what it is',
      { ...world(), Added: resource('AWS::RAM::ResourceShare', { Principals: ['888888888888'] }) },
      /policies-readable Added/,
    ],
    ...strangersLetIn,
    ...deputiesConfused,
    [
      'an endpoint by exclusion',
      policy('S3Endpoint', 'PolicyDocument', {
        ...through,
        Action: undefined,
        NotAction: 's3:ListAllMyBuckets',
        Resource: '*',
      }),
      /endpoint-closed S3Endpoint .*lets analyze s3:NothingThatItNames/,
    ],
    [
      'an endpoint for the functions and for one other account',
      policy('S3Endpoint', 'PolicyDocument', {
        ...through,
        Condition: {
          ArnEquals: { 'aws:PrincipalArn': [ROLE, 'arn:aws:iam::888888888888:role/partner'] },
        },
      }),
      /endpoint-closed S3Endpoint .*888888888888:role\/partner/,
    ],
    [
      "an endpoint to one other account's resources",
      policy('S3Endpoint', 'PolicyDocument', {
        ...through,
        Resource: '*',
        Condition: {
          ArnEquals: { 'aws:PrincipalArn': ROLE },
          StringEquals: { 'aws:ResourceAccount': [ACCOUNT, '888888888888'] },
        },
      }),
      /endpoint-closed S3Endpoint .*lets analyze/,
    ],
    [
      'another boundary, that does not bound',
      policy('Boundary', 'PolicyDocument', { Sid: 'All', Effect: 'Allow', Action: '*', Resource: '*' }),
      /iam-boundary Role .*iam:CreatePolicyVersion/,
    ],
    ['a declared function without a role', without('Analyze', world()), /calls-allowed analyze .*no role/],
  ])('finds %s', (_name, resources, message) => {
    expect(findings(resources)).toMatch(message);
  });

  it('finds a grant whose need is no longer declared', () => {
    expect(findings(world(), CALLS, [])).toMatch(/grants-used Role .*UseKey grants kms:Decrypt/);
  });

  it('changes a reviewed result with any statement', () => {
    const contents = (resources: Resources) => prove(resources).reviewed.map(({ content }) => content);
    const [matrix, statements] = contents(world());
    const [openMatrix, openStatements] = contents(policy('BucketPolicy', 'PolicyDocument', noPlain, noOld));
    expect(openMatrix).not.toBe(matrix);
    expect(openStatements).not.toBe(statements);
    const [, narrower] = contents(
      policy('S3Endpoint', 'PolicyDocument', { ...through, Condition: undefined }),
    );
    expect(narrower).not.toBe(statements);
  });
});
