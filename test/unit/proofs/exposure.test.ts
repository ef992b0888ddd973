import { proveExposure } from '../../../compliance/rules/proofs/exposure/prove-exposure';
import { EXPOSURE_RULES } from '../../../compliance/rules/proofs/exposure/rules';
import type { ExposureRule } from '../../../compliance/rules/proofs/exposure/finding';

const OWN = '111122223333';
const THEIRS = '444455556666';

type Body = Readonly<Record<string, unknown>>;
const resource = (Type: string, Properties: Body): Body => ({ Type, Properties });

/** Rules that find something in a template, in words of their keys. */
function found(Resources: Body, rest: Body = {}, own: readonly string[] = []): ExposureRule[] {
  const { rows } = proveExposure(
    [{ stackName: 'app', account: OWN, region: 'eu-west-1', template: { Resources, ...rest } }],
    own,
  );
  const ids = new Set(
    rows.filter(({ verdict }) => verdict === 'non-compliant' || verdict === 'error').map(({ rule }) => rule),
  );
  return (Object.keys(EXPOSURE_RULES) as ExposureRule[]).filter((rule) => ids.has(EXPOSURE_RULES[rule].id));
}

const allow = (Action: unknown, more: Body = {}): Body => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*', ...more }],
});
const anybody = (Action: string): Body => allow(Action, { Principal: '*' });

test('a rule about policies passes where a policy stands, and says nothing of what has none', () => {
  const closed = allow('sqs:SendMessage', { Principal: { AWS: `arn:aws:iam::${OWN}:role/r` } });
  const Resources = {
    P: resource('AWS::SQS::QueuePolicy', { Queues: [{ Ref: 'Q' }], PolicyDocument: closed }),
    Q: resource('AWS::SQS::Queue', {}),
  };
  const template = { stackName: 'app', account: OWN, region: 'eu-west-1', template: { Resources } };
  const passed = proveExposure([template], []).rows.filter(
    ({ rule, verdict }) => rule === EXPOSURE_RULES.publicAccess.id && verdict === 'compliant',
  );
  expect(passed.map((row) => row.resource)).toEqual(['P']);
});

describe('whom a policy on a resource lets in', () => {
  // One of each type that bears a policy, with the property in which AWS takes it.
  const holders: readonly (readonly [type: string, properties: (policy: unknown) => Body, action: string])[] =
    [
      ['AWS::SNS::TopicPolicy', (p) => ({ Topics: [{ Ref: 'T' }], PolicyDocument: p }), 'sns:Publish'],
      [
        'AWS::SNS::TopicInlinePolicy',
        (p) => ({ TopicArn: 'arn:aws:sns:eu-west-1:111122223333:t', PolicyDocument: p }),
        'sns:Publish',
      ],
      ['AWS::SQS::QueuePolicy', (p) => ({ Queues: [{ Ref: 'Q' }], PolicyDocument: p }), 'sqs:SendMessage'],
      [
        'AWS::SecretsManager::ResourcePolicy',
        (p) => ({ SecretId: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:s', ResourcePolicy: p }),
        'secretsmanager:GetSecretValue',
      ],
      [
        'AWS::Logs::ResourcePolicy',
        (p) => ({ PolicyName: 'p', PolicyDocument: JSON.stringify(p) }),
        'logs:PutLogEvents',
      ],
      ['AWS::DynamoDB::Table', (p) => ({ ResourcePolicy: { PolicyDocument: p } }), 'dynamodb:GetItem'],
      ['AWS::EFS::FileSystem', (p) => ({ FileSystemPolicy: p }), 'elasticfilesystem:ClientMount'],
      [
        'AWS::Backup::BackupVault',
        (p) => ({ BackupVaultName: 'v', AccessPolicy: p }),
        'backup:CopyIntoBackupVault',
      ],
      ['AWS::ApiGateway::RestApi', (p) => ({ Policy: p }), 'execute-api:Invoke'],
      ['AWS::ECR::Repository', (p) => ({ RepositoryPolicyText: p }), 'ecr:BatchGetImage'],
      ['AWS::ECR::PublicRepository', (p) => ({ RepositoryPolicyText: p }), 'ecr-public:UploadLayerPart'],
      ['AWS::OpenSearchService::Domain', (p) => ({ AccessPolicies: p }), 'es:ESHttpGet'],
      ['AWS::S3::BucketPolicy', (p) => ({ Bucket: 'b', PolicyDocument: p }), 's3:GetObject'],
      ['AWS::S3::AccessPoint', (p) => ({ Bucket: 'b', Policy: p }), 's3:GetObject'],
      ['AWS::KMS::Key', (p) => ({ KeyPolicy: p }), 'kms:Decrypt'],
      [
        'AWS::Events::EventBusPolicy',
        (p) => ({ StatementId: 's', Statement: (p as { Statement: unknown[] }).Statement[0] }),
        'events:PutEvents',
      ],
      [
        'AWS::CodeArtifact::Repository',
        (p) => ({ PermissionsPolicyDocument: p }),
        'codeartifact:ReadFromRepository',
      ],
      [
        'AWS::Kinesis::ResourcePolicy',
        (p) => ({ ResourceArn: 'a', ResourcePolicy: p }),
        'kinesis:GetRecords',
      ],
      ['AWS::MediaStore::Container', (p) => ({ Policy: JSON.stringify(p) }), 'mediastore:GetObject'],
      ['AWS::VpcLattice::AuthPolicy', (p) => ({ Policy: p }), 'vpc-lattice-svcs:Invoke'],
      ['AWS::SomeDay::AnythingNew', (p) => ({ Deep: [{ AccessRules: p }] }), 's3:GetObject'],
    ];

  test.each(holders)('%s open to anybody', (type, properties, action) => {
    expect(found({ X: resource(type, properties(anybody(action))) })).toContain('publicAccess');
  });

  test.each(holders)('%s open to one role of the account', (type, properties, action) => {
    const ours = allow(action, { Principal: { AWS: `arn:aws:iam::${OWN}:role/reader` } });
    expect(found({ X: resource(type, properties(ours)) })).not.toContain('publicAccess');
  });

  // Whom an API's policy lets in depends on what each method asks for besides.
  test.each<[string, Body, Body, boolean]>([
    ['shows a key', { ApiKeyRequired: true }, {}, false],
    ['passes an authorizer', { AuthorizationType: 'CUSTOM' }, {}, false],
    ['signs', { AuthorizationType: 'AWS_IAM' }, {}, true],
    ['does nothing', {}, {}, true],
    [
      'signs as a role that the policy lets through',
      { AuthorizationType: 'AWS_IAM' },
      { Effect: 'Deny' },
      false,
    ],
    [
      'signs, and whom nothing of that path refuses',
      { AuthorizationType: 'AWS_IAM' },
      { Effect: 'Deny', Resource: 'execute-api:/*/GET/b' },
      true,
    ],
    [
      'signs, and whom another verb is refused',
      { AuthorizationType: 'AWS_IAM' },
      { Effect: 'Deny', Resource: 'execute-api:/*/POST/a' },
      true,
    ],
  ])('an API open to anybody who %s', (_, method, denied, isPublic) => {
    const refusal = {
      Principal: '*',
      Action: 'execute-api:Invoke',
      Resource: 'execute-api:/*/GET/a',
      Condition: { ArnNotLike: { 'aws:PrincipalArn': `arn:aws:iam::${OWN}:role/reader` } },
      ...denied,
    };
    const open = {
      Effect: 'Allow',
      Principal: '*',
      Action: 'execute-api:Invoke',
      Resource: 'execute-api:/*',
    };
    const Statement = 'Effect' in denied ? [open, refusal] : [open];
    const rules = found({
      Api: resource('AWS::ApiGateway::RestApi', { Policy: { Statement } }),
      Path: resource('AWS::ApiGateway::Resource', {
        RestApiId: { Ref: 'Api' },
        ParentId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
        PathPart: 'a',
      }),
      Method: resource('AWS::ApiGateway::Method', {
        RestApiId: { Ref: 'Api' },
        ResourceId: { Ref: 'Path' },
        HttpMethod: 'GET',
        ...method,
      }),
      Preflight: resource('AWS::ApiGateway::Method', {
        RestApiId: { Ref: 'Api' },
        ResourceId: { Ref: 'Path' },
        HttpMethod: 'OPTIONS',
      }),
    });
    expect(rules.includes('publicAccess')).toBe(isPublic);
  });

  const queue = (statement: Body, ...others: Body[]): ExposureRule[] =>
    found({
      Q: resource('AWS::SQS::Queue', { KmsMasterKeyId: 'k' }),
      P: resource('AWS::SQS::QueuePolicy', {
        Queues: [{ Ref: 'Q' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*', Principal: '*', ...statement },
            ...others,
          ],
        },
      }),
    });

  // The keys of which AWS says that a fixed value makes a policy not public:
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
  test.each<[string, Body]>([
    ['our own account', { StringEquals: { 'aws:SourceAccount': OWN } }],
    ['one topic', { ArnEquals: { 'aws:SourceArn': `arn:aws:sns:eu-west-1:${OWN}:t` } }],
    ['one VPC', { StringEquals: { 'aws:SourceVpc': 'vpc-1' } }],
    ['one endpoint', { StringEquals: { 'aws:SourceVpce': 'vpce-1' } }],
    ['addresses of a company', { IpAddress: { 'aws:SourceIp': ['198.51.100.0/24'] } }],
    ['one organisation', { StringEquals: { 'aws:PrincipalOrgID': 'o-ours' } }],
    ['one role', { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${OWN}:role/x` } }],
  ])('a condition on %s keeps the public out', (_what, Condition) => {
    expect(queue({ Condition })).not.toContain('publicAccess');
  });

  test.each<[string, Body]>([
    ['the transport', { Bool: { 'aws:SecureTransport': 'true' } }],
    ['a header that anybody sends', { StringEquals: { 'aws:UserAgent': 'secret' } }],
    ['a tag that anybody gives himself', { StringEquals: { 'aws:PrincipalTag/team': 'ours' } }],
    ['every address', { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } }],
    ['half of all addresses', { IpAddress: { 'aws:SourceIp': '0.0.0.0/1' } }],
    ['any organisation', { StringLike: { 'aws:PrincipalOrgID': 'o-*' } }],
    [
      'an organisation, if there is one',
      { StringEqualsIfExists: { 'aws:SourceVpce': 'vpce-1', 'aws:UserAgent': 'x' } },
    ],
    ['another organisation', { StringNotEquals: { 'aws:PrincipalOrgID': 'o-theirs' } }],
  ])('a condition on %s does not', (what, Condition) => {
    const open = queue({ Condition }).includes('publicAccess');
    // Who comes from an endpoint of his own carries the key, so "if it exists" holds him back.
    expect(open).toBe(!what.includes('if there is one'));
  });

  test('a Deny counts', () => {
    const deny = {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Principal: '*',
      Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-ours' } },
    };
    expect(queue({}, deny)).not.toContain('publicAccess');
    expect(queue({}, { ...deny, Action: 'sqs:DeleteQueue' })).toContain('publicAccess');
  });

  test.each<[string, Body, ExposureRule]>([
    [
      'NotPrincipal',
      { Principal: undefined, NotPrincipal: { AWS: `arn:aws:iam::${OWN}:role/x` } },
      'notPrincipal',
    ],
    ['NotAction', { Action: undefined, NotAction: 'sqs:DeleteQueue' }, 'notAction'],
    [
      'NotResource',
      { Resource: undefined, NotResource: 'arn:aws:sqs:eu-west-1:111122223333:other' },
      'notResource',
    ],
    ['every action', { Principal: { AWS: `arn:aws:iam::${OWN}:role/x` }, Action: 'sqs:*' }, 'policyWildcard'],
    ['another account as a whole', { Principal: { AWS: THEIRS } }, 'foreignAccount'],
    [
      'every action to a foreign role',
      { Principal: { AWS: `arn:aws:iam::${THEIRS}:root` }, Action: '*' },
      'foreignAccount',
    ],
    ['a service for whoever asks', { Principal: { Service: 'sns.amazonaws.com' } }, 'deputy'],
  ])('%s is found', (_what, statement, rule) => {
    expect(queue(statement)).toContain(rule);
  });

  test('a service bound to our account is no deputy of others', () => {
    const Condition = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };
    expect(queue({ Principal: { Service: 'sns.amazonaws.com' }, Condition })).not.toContain('deputy');
  });

  test('kms:* for another account is everything, for our own it is AWS’s default', () => {
    const key = (account: string) =>
      found({
        K: resource('AWS::KMS::Key', {
          EnableKeyRotation: true,
          KeyPolicy: allow('kms:*', { Principal: { AWS: `arn:aws:iam::${account}:root` } }),
        }),
      });
    expect(key(THEIRS)).toEqual(['foreignAccount', 'policyWildcard']);
    expect(key(OWN)).toEqual([]);
  });

  test('logs sent to another account are handed over', () => {
    const filter = (account: string, own: readonly string[] = []) =>
      found(
        {
          F: resource('AWS::Logs::SubscriptionFilter', {
            ...{ LogGroupName: 'g', FilterPattern: '' },
            DestinationArn: `arn:aws:logs:eu-west-1:${account}:destination:d`,
          }),
        },
        {},
        own,
      );
    expect([filter(THEIRS), filter(OWN), filter(THEIRS, [THEIRS])]).toEqual([['foreignAccount'], [], []]);
  });

  test('both branches of a condition are evaluated', () => {
    const principal = (a: unknown, b: unknown) =>
      queue({ Principal: { 'Fn::If': ['IsOpen', a, b] } }).includes('publicAccess');
    const ours = { AWS: `arn:aws:iam::${OWN}:role/x` };
    expect([principal('*', ours), principal(ours, '*'), principal(ours, ours)]).toEqual([true, true, false]);
  });

  test('a default of a parameter counts as a value, a mapping as what it holds', () => {
    const value = (Principal: unknown, rest: Body) =>
      found(
        {
          P: resource('AWS::SQS::QueuePolicy', {
            Queues: ['q'],
            PolicyDocument: allow('sqs:SendMessage', { Principal }),
          }),
        },
        rest,
      );
    expect(
      value({ AWS: { Ref: 'Who' } }, { Parameters: { Who: { Type: 'String', Default: '*' } } }),
    ).toContain('publicAccess');
    expect(value({ AWS: { Ref: 'Who' } }, { Parameters: { Who: { Type: 'String' } } })).not.toContain(
      'publicAccess',
    );
    expect(
      value({ AWS: { 'Fn::FindInMap': ['M', 'a', 'b'] } }, { Mappings: { M: { a: { b: '*' } } } }),
    ).toContain('publicAccess');
  });

  test('what cannot be read is told, and never clean', () => {
    expect(queue({ Condition: { NoSuchOperator: { 'aws:SourceIp': 'x' } } })).toContain('readable');
    expect(
      found({ P: resource('AWS::SQS::QueuePolicy', { Queues: ['q'], PolicyDocument: { Statement: 'x' } }) }),
    ).toContain('readable');
  });
});

describe('who may assume a role', () => {
  const trust = (statement: Body): ExposureRule[] =>
    found({
      R: resource('AWS::IAM::Role', {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...statement }],
        },
      }),
    });
  const GITHUB = `arn:aws:iam::${OWN}:oidc-provider/token.actions.githubusercontent.com`;
  const web = (Condition?: Body): Body => ({
    Action: 'sts:AssumeRoleWithWebIdentity',
    Principal: { Federated: GITHUB },
    ...(Condition && { Condition }),
  });
  const sub = (value: string) => ({ StringLike: { 'token.actions.githubusercontent.com:sub': value } });

  test.each<[string, Body, readonly ExposureRule[]]>([
    ['its service', { Principal: { Service: 'lambda.amazonaws.com' } }, []],
    ['our own account', { Principal: { AWS: { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:root' } } }, []],
    ['anybody', { Principal: '*' }, ['trustPublic']],
    ['anybody, in a list', { Principal: { AWS: ['*'] } }, ['trustPublic']],
    [
      'anybody of our organisation',
      { Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-x' } } },
      [],
    ],
    [
      'anybody who knows an id that is no secret',
      { Principal: '*', Condition: { StringEquals: { 'sts:ExternalId': 'x' } } },
      ['trustPublic'],
    ],
    ['another account', { Principal: { AWS: THEIRS } }, ['trustAccount']],
    [
      'another account with an external id',
      { Principal: { AWS: THEIRS }, Condition: { StringEquals: { 'sts:ExternalId': 'x' } } },
      [],
    ],
    ['one role of another account', { Principal: { AWS: `arn:aws:iam::${THEIRS}:role/deploy` } }, []],
    [
      'everybody but one',
      { NotPrincipal: { AWS: `arn:aws:iam::${THEIRS}:root` } },
      ['notPrincipal', 'trustPublic'],
    ],
    ['every token of an issuer', web(), ['trustSubject']],
    [
      'every token with the right audience',
      web({ StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' } }),
      ['trustSubject'],
    ],
    ['every repository', web(sub('repo:*')), ['trustSubject']],
    ['one repository', web(sub('repo:ours/app:*')), []],
    [
      'an issuer whose audience is the application',
      {
        Action: 'sts:AssumeRoleWithWebIdentity',
        Principal: { Federated: 'cognito-identity.amazonaws.com' },
        Condition: { StringEquals: { 'cognito-identity.amazonaws.com:aud': 'eu-west-1:pool' } },
      },
      [],
    ],
    [
      'SAML',
      {
        Action: 'sts:AssumeRoleWithSAML',
        Principal: { Federated: `arn:aws:iam::${OWN}:saml-provider/idp` },
        Condition: { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
      },
      [],
    ],
  ])('%s', (_who, statement, rules) => {
    expect(trust(statement)).toEqual(rules);
  });
});

describe('what a holder of a policy may do', () => {
  const policy = (statement: Body): ExposureRule[] =>
    found({
      P: resource('AWS::IAM::Policy', {
        PolicyName: 'p',
        Roles: ['r'],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: { Effect: 'Allow', Resource: '*', ...statement },
        },
      }),
    });

  test.each<[string, Body, readonly ExposureRule[]]>([
    ['everything', { Action: '*' }, ['administrator', 'wildcardAction', 'wildcardResource']],
    ['everything, spelled otherwise', { Action: ['*:*'] }, ['administrator', 'wildcardAction']],
    ['everything but billing', { NotAction: 'aws-portal:*' }, ['notAction', 'administrator']],
    ['a service', { Action: 's3:*', Resource: 'arn:aws:s3:::b/*' }, ['wildcardAction']],
    [
      'everywhere but there',
      { Action: 's3:GetObject', Resource: undefined, NotResource: 'arn:aws:s3:::b' },
      ['notResource'],
    ],
    ['writing on everything', { Action: 'dynamodb:PutItem' }, ['wildcardResource']],
    ['reading all secrets', { Action: 'secretsmanager:GetSecretValue' }, ['wildcardResource']],
    ['what knows no resource', { Action: ['xray:PutTraceSegments', 'ec2:DescribeInstances'] }, []],
    [
      'one table',
      { Action: 'dynamodb:PutItem', Resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/t' },
      [],
    ],
    ['a policy of his own making', { Action: 'iam:CreatePolicyVersion' }, ['wildcardResource', 'escalation']],
    [
      'a function under any role',
      { Action: ['iam:PassRole', 'lambda:CreateFunction'] },
      ['wildcardResource', 'escalation', 'passRole'],
    ],
    [
      'roles under a boundary',
      {
        Action: 'iam:PutRolePolicy',
        Condition: { StringEquals: { 'iam:PermissionsBoundary': 'arn:aws:iam::111122223333:policy/b' } },
      },
      [],
    ],
    ['one role', { Action: 'iam:PassRole', Resource: `arn:aws:iam::${OWN}:role/one` }, []],
  ])('%s', (_what, statement, rules) => {
    expect(policy(statement)).toEqual(rules);
  });

  test('two policies that are a way to more rights only together', () => {
    const inline = (Action: string, Resource: string) => ({
      PolicyName: 'p',
      PolicyDocument: allow(Action, { Resource }),
    });
    const role = (other: string) =>
      found({
        R: resource('AWS::IAM::Role', {
          AssumeRolePolicyDocument: allow('sts:AssumeRole', {
            Resource: undefined,
            Principal: { Service: 'ec2.amazonaws.com' },
          }),
          Policies: [inline(other, '*')],
        }),
        P: resource('AWS::IAM::Policy', {
          PolicyName: 'q',
          Roles: [{ Ref: 'R' }],
          PolicyDocument: allow('iam:PassRole', {
            Resource: 'arn:aws:iam::*:role/*',
            Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
          }),
        }),
      });
    expect(role('ec2:RunInstances')).toContain('escalation');
    expect(role('ec2:DescribeInstances')).not.toContain('escalation');
  });

  test('AWS’s own administrator, and policies on users', () => {
    expect(
      found({
        U: resource('AWS::IAM::User', { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }),
      }),
    ).toEqual(['administrator', 'userPolicy']);
  });

  test('a boundary of rights grants nothing', () => {
    const role = (more: Body) =>
      found({
        B: resource('AWS::IAM::ManagedPolicy', { ManagedPolicyName: 'boundary', PolicyDocument: allow('*') }),
        R: resource('AWS::IAM::Role', {
          AssumeRolePolicyDocument: allow('sts:AssumeRole', {
            Resource: undefined,
            Principal: { Service: 'ec2.amazonaws.com' },
          }),
          ...more,
        }),
      });
    expect(role({ PermissionsBoundary: { Ref: 'B' } })).toEqual([]);
    expect(role({ ManagedPolicyArns: [{ Ref: 'B' }] })).toContain('administrator');
  });
});

describe('settings that expose a resource', () => {
  const OPEN_API = { paths: { '/x': { get: {} } } };
  test.each<[string, string, Body, ExposureRule, Body]>([
    [
      'a bucket for everybody',
      'AWS::S3::Bucket',
      { AccessControl: 'PublicRead' },
      'publicSetting',
      {
        PublicAccessBlockConfiguration: {
          ...{ BlockPublicAcls: true, BlockPublicPolicy: true },
          ...{ IgnorePublicAcls: 'true', RestrictPublicBuckets: true },
        },
      },
    ],
    [
      'a function’s address',
      'AWS::Lambda::Url',
      { AuthType: 'NONE' },
      'publicSetting',
      { AuthType: 'AWS_IAM' },
    ],
    [
      'a database',
      'AWS::RDS::DBInstance',
      { PubliclyAccessible: 'true' },
      'publicSetting',
      { PubliclyAccessible: false },
    ],
    [
      'guests',
      'AWS::Cognito::IdentityPool',
      { AllowUnauthenticatedIdentities: true },
      'publicSetting',
      { AllowUnauthenticatedIdentities: false },
    ],
    [
      'SSH',
      'AWS::EC2::SecurityGroup',
      { SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '0.0.0.0/0' }] },
      'openIngress',
      { SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '10.0.0.0/8' }] },
    ],
    [
      'SSH, in halves',
      'AWS::EC2::SecurityGroupIngress',
      { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '128.0.0.0/1' },
      'openIngress',
      { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, SourceSecurityGroupId: 'sg' },
    ],
    [
      'AWS’s default way out',
      'AWS::EC2::SecurityGroup',
      {},
      'openEgress',
      { SecurityGroupEgress: [{ IpProtocol: '-1', CidrIp: '255.255.255.255/32' }] },
    ],
    [
      'an open method',
      'AWS::ApiGateway::Method',
      { HttpMethod: 'GET', AuthorizationType: 'NONE' },
      'openApi',
      { HttpMethod: 'GET', AuthorizationType: 'NONE', ApiKeyRequired: true },
    ],
    [
      'an open route',
      'AWS::ApiGatewayV2::Route',
      { RouteKey: 'GET /' },
      'openApi',
      { RouteKey: 'GET /', AuthorizationType: 'JWT' },
    ],
    [
      'an open document',
      'AWS::ApiGateway::RestApi',
      { Body: OPEN_API },
      'openApi',
      { Body: { ...OPEN_API, security: [{ key: [] }] } },
    ],
    [
      'an operation that takes its requirement back',
      'AWS::ApiGateway::RestApi',
      { Body: { security: [{ key: [] }], paths: { '/x': { get: { security: [] } } } } },
      'openApi',
      { Body: { paths: { '/x': { get: { security: [{ key: [] }] } } } } },
    ],
    [
      'a requirement that may be left out',
      'AWS::ApiGatewayV2::Api',
      { Body: { ...OPEN_API, security: [{ key: [] }, {}] } },
      'openApi',
      { Body: { ...OPEN_API, security: [{ key: [] }] } },
    ],
    [
      'every origin',
      'AWS::S3::Bucket',
      { CorsConfiguration: { CorsRules: [{ AllowedOrigins: ['*'] }] } },
      'anyOrigin',
      { CorsConfiguration: { CorsRules: [{ AllowedOrigins: ['https://x'] }] } },
    ],
    [
      'messages by HTTP',
      'AWS::SNS::Subscription',
      { Protocol: 'http', Endpoint: 'http://x' },
      'plainTransport',
      { Protocol: 'https', Endpoint: 'https://x' },
    ],
    [
      'a trail that does not log',
      'AWS::CloudTrail::Trail',
      { IsLogging: false },
      'notLogging',
      {
        IsLogging: true,
        IsMultiRegionTrail: true,
        EnableLogFileValidation: true,
        CloudWatchLogsLogGroupArn: 'x',
        KMSKeyId: 'k',
      },
    ],
    ['a disk', 'AWS::EC2::Volume', { Encrypted: false }, 'notEncrypted', { Encrypted: true }],
    ['a key that stays', 'AWS::KMS::Key', {}, 'keyRotation', { EnableKeyRotation: true }],
  ])('%s', (_what, type, bad, rule, good) => {
    expect(found({ X: resource(type, bad) })).toContain(rule);
    expect(found({ X: resource(type, good) })).not.toContain(rule);
  });
});

describe('secrets in a template', () => {
  const secret = (type: string, properties: Body, rest: Body = {}) =>
    found({ X: resource(type, properties) }, rest).includes('literalSecret');

  test.each<[string, string, Body]>([
    ['a secret’s value', 'AWS::SecretsManager::Secret', { SecretString: 'hunter2hunter2' }],
    ['a password', 'AWS::RDS::DBInstance', { MasterUserPassword: 'hunter2' }],
    [
      'the key of an API destination',
      'AWS::Events::Connection',
      { AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'x-key', ApiKeyValue: 'hunter2hunter2' } } },
    ],
    ['a password that is a number', 'AWS::RDS::DBInstance', { MasterUserPassword: 12345678 }],
    ['code', 'AWS::Lambda::Function', { Code: { ZipFile: "const password = 'hunter2';" } }],
    // Written in parts, as the address below: whoever looks for secrets in this repository is not to find one.
    [
      'a key in code',
      'AWS::Lambda::Function',
      { Code: { ZipFile: ["f('AKIA", "IOSFODNN7EXAMPLE')"].join('') } },
    ],
    [
      'user data',
      'AWS::EC2::Instance',
      { UserData: { 'Fn::Base64': '#!/bin/sh\nexport DB_PASSWORD=hunter2\n' } },
    ],
    [
      'user data, encoded',
      'AWS::EC2::Instance',
      { UserData: Buffer.from('#!/bin/sh\nexport DB_PASSWORD=hunter2\n').toString('base64') },
    ],
    ['a variable', 'AWS::Lambda::Function', { Environment: { Variables: { API_KEY: 'abcdef' } } }],
    [
      'a variable of a container',
      'AWS::ECS::TaskDefinition',
      { ContainerDefinitions: [{ Environment: [{ Name: 'DB_PASSWORD', Value: 'x1y2z3' }] }] },
    ],
    [
      'a plain parameter of the store',
      'AWS::SSM::Parameter',
      { Name: '/app/password', Type: 'String', Value: 'hunter2hunter2' },
    ],
    [
      'an address with a password',
      'AWS::ECS::TaskDefinition',
      { X: ['postgres://app:', 'hunter2@db/app'].join('') },
    ],
    [
      'a reference to plain text',
      'AWS::RDS::DBInstance',
      { MasterUserPassword: '{{resolve:ssm:/db/password:1}}' },
    ],
  ])('%s', (_what, type, properties) => {
    expect(secret(type, properties)).toBe(true);
  });

  test.each<[string, string, Body]>([
    [
      'a reference that is resolved',
      'AWS::RDS::DBInstance',
      { MasterUserPassword: '{{resolve:secretsmanager:db:SecretString:password}}' },
    ],
    ['a generated value', 'AWS::SecretsManager::Secret', { GenerateSecretString: { PasswordLength: 32 } }],
    [
      'the name of a secret',
      'AWS::Lambda::Function',
      {
        Environment: { Variables: { DB_SECRET: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:db' } },
      },
    ],
    [
      'a variable from the store',
      'AWS::CodeBuild::Project',
      { Environment: { EnvironmentVariables: [{ Name: 'TOKEN', Type: 'SECRETS_MANAGER', Value: 'name' }] } },
    ],
    [
      'code that reads a variable',
      'AWS::Lambda::Function',
      { Code: { ZipFile: "password = os.environ['DB_PASSWORD']" } },
    ],
    [
      'how long a password is',
      'AWS::Cognito::UserPool',
      { Policies: { PasswordPolicy: { MinimumLength: 12 } } },
    ],
  ])('%s is none', (_what, type, properties) => {
    expect(secret(type, properties)).toBe(false);
  });

  const parameter = (declaration: Body) =>
    secret(
      'AWS::RDS::DBInstance',
      { MasterUserPassword: { Ref: 'Password' } },
      { Parameters: { Password: { Type: 'String', ...declaration } } },
    );

  test('a parameter gives it away by its default, or when everybody may see it', () => {
    expect(parameter({ NoEcho: true })).toBe(false);
    expect(parameter({ NoEcho: true, Default: 'hunter2' })).toBe(true);
    expect(parameter({})).toBe(true);
  });
});
