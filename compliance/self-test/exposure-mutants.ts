import type { ExposureRule } from '../rules/proofs/exposure/finding';
import { proveExposure } from '../rules/proofs/exposure/prove-exposure';
import { EXPOSURE_RULES } from '../rules/proofs/exposure/rules';
import { type Catch, findingsOf, newFinding } from './catchers';
import type { ConfigurationMutant } from './configuration-mutants';
import type { RawResource, RawStack } from './mutant';

type Properties = Readonly<Record<string, unknown>>;

/** A resource that somebody might add to a template. */
interface Planted {
  readonly kind: string;
  readonly type: string;
  readonly properties: Properties;
  /** Parameters of the template that the mistake needs. */
  readonly parameters?: Properties;
}

const OWN_ROLE = 'arn:aws:iam::*:role/reader';
const FOREIGN = '444455556666';
const IDENTITY_PROVIDER = { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:oidc-provider/token.example.com' };

const planted = (kind: string, type: string, properties: Properties, parameters?: Properties): Planted => ({
  ...{ kind, type, properties },
  ...(parameters && { parameters }),
});
const document = (statement: Properties): Properties => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', ...statement }],
});
const queuePolicy = (kind: string, statement: Properties): Planted =>
  planted(kind, 'AWS::SQS::QueuePolicy', {
    Queues: ['planted'],
    PolicyDocument: document({ Action: 'sqs:SendMessage', Resource: '*', ...statement }),
  });
const trust = (kind: string, statement: Properties): Planted =>
  planted(kind, 'AWS::IAM::Role', {
    AssumeRolePolicyDocument: document({ Action: 'sts:AssumeRole', ...statement }),
  });
const rights = (kind: string, statement: Properties, type = 'AWS::IAM::ManagedPolicy'): Planted =>
  planted(kind, type, { PolicyDocument: document({ Resource: '*', ...statement }) });
const open = (Action: string): Properties => document({ Action, Resource: '*', Principal: '*' });
const rule = (more: Properties): Properties => ({ IpProtocol: 'tcp', CidrIp: '0.0.0.0/0', ...more });
const OPEN_PATHS = { paths: { '/x': { get: {} } } };

/** What each rule has to find, planted in a template of ours; a rule without its mistakes does not compile. */
const PLANTED: Readonly<Record<ExposureRule, readonly [Planted, ...Planted[]]>> = {
  readable: [
    queuePolicy('an operator that AWS does not have', {
      Principal: { AWS: OWN_ROLE },
      Condition: { StringAlmostEquals: { 'aws:SourceIp': 'x' } },
    }),
    planted('a policy that is text', 'AWS::SQS::QueuePolicy', {
      Queues: ['q'],
      PolicyDocument: { Statement: 'x' },
    }),
  ],
  publicAccess: [
    planted('a topic', 'AWS::SNS::TopicPolicy', { Topics: ['t'], PolicyDocument: open('sns:Publish') }),
    queuePolicy('a queue', { Principal: { AWS: '*' } }),
    queuePolicy('a queue behind a header that anybody sends', {
      Principal: '*',
      Condition: { StringEquals: { 'aws:UserAgent': 'ours' } },
    }),
    queuePolicy('a queue for half of all addresses', {
      Principal: '*',
      Condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/1' } },
    }),
    queuePolicy('a queue for any organisation', {
      Principal: '*',
      Condition: { StringLike: { 'aws:PrincipalOrgID': 'o-*' } },
    }),
    planted('a bucket', 'AWS::S3::BucketPolicy', { Bucket: 'b', PolicyDocument: open('s3:GetObject') }),
    planted('a secret', 'AWS::SecretsManager::ResourcePolicy', {
      SecretId: 's',
      ResourcePolicy: open('secretsmanager:GetSecretValue'),
    }),
    planted('a log', 'AWS::Logs::ResourcePolicy', {
      PolicyName: 'p',
      PolicyDocument: JSON.stringify(open('logs:PutLogEvents')),
    }),
    planted('a table', 'AWS::DynamoDB::Table', {
      ResourcePolicy: { PolicyDocument: open('dynamodb:GetItem') },
    }),
    planted('a file system', 'AWS::EFS::FileSystem', {
      FileSystemPolicy: open('elasticfilesystem:ClientMount'),
    }),
    planted('a vault', 'AWS::Backup::BackupVault', { AccessPolicy: open('backup:CopyIntoBackupVault') }),
    planted('an API', 'AWS::ApiGateway::RestApi', { Policy: open('execute-api:Invoke') }),
    planted('a registry', 'AWS::ECR::Repository', { RepositoryPolicyText: open('ecr:BatchGetImage') }),
    planted('a search domain', 'AWS::OpenSearchService::Domain', { AccessPolicies: open('es:ESHttpGet') }),
    planted('a key', 'AWS::KMS::Key', { KeyPolicy: open('kms:Decrypt') }),
    planted('a bus', 'AWS::Events::EventBusPolicy', {
      StatementId: 's',
      Statement: { Effect: 'Allow', Principal: '*', Action: 'events:PutEvents', Resource: '*' },
    }),
    planted('a function', 'AWS::Lambda::Permission', {
      FunctionName: 'f',
      Principal: '*',
      Action: 'lambda:InvokeFunction',
    }),
    planted('a type of which nobody has heard', 'AWS::SomeDay::New', {
      Deep: [{ Rules: open('s3:GetObject') }],
    }),
  ],
  foreignAccount: [
    planted('a key for another account', 'AWS::KMS::Key', {
      KeyPolicy: document({
        Action: 'kms:*',
        Resource: '*',
        Principal: { AWS: `arn:aws:iam::${FOREIGN}:root` },
      }),
    }),
    queuePolicy('a queue for another account', { Principal: { AWS: FOREIGN } }),
    planted('logs sent to another account', 'AWS::Logs::SubscriptionFilter', {
      ...{ LogGroupName: 'g', FilterPattern: '' },
      DestinationArn: `arn:aws:logs:eu-west-1:${FOREIGN}:destination:d`,
    }),
  ],
  notPrincipal: [queuePolicy('everybody but one', { NotPrincipal: { AWS: OWN_ROLE } })],
  notAction: [
    queuePolicy('every action but one', {
      Action: undefined,
      NotAction: 'sqs:DeleteQueue',
      Principal: { AWS: OWN_ROLE },
    }),
    rights('every right but one', { NotAction: 'iam:CreateUser' }),
  ],
  notResource: [
    queuePolicy('every queue but one', {
      Resource: undefined,
      NotResource: 'arn:aws:sqs:*:*:other',
      Principal: { AWS: OWN_ROLE },
    }),
    rights('every bucket but one', {
      Action: 's3:GetObject',
      Resource: undefined,
      NotResource: 'arn:aws:s3:::b',
    }),
  ],
  policyWildcard: [
    queuePolicy('every action on a queue', {
      Action: 'sqs:*',
      Principal: { AWS: `arn:aws:iam::${FOREIGN}:role/x` },
    }),
  ],
  deputy: [
    queuePolicy('a service for whoever asks it', { Principal: { Service: 'sns.amazonaws.com' } }),
    planted('a function for a service and whoever asks it', 'AWS::Lambda::Permission', {
      FunctionName: 'f',
      Principal: 's3.amazonaws.com',
      Action: 'lambda:InvokeFunction',
    }),
  ],
  trustPublic: [
    trust('anybody', { Principal: '*' }),
    trust('anybody who knows an id that is no secret', {
      Principal: { AWS: '*' },
      Condition: { StringEquals: { 'sts:ExternalId': 'x' } },
    }),
  ],
  trustAccount: [trust('another account without external id', { Principal: { AWS: FOREIGN } })],
  trustSubject: [
    trust('every token of an issuer', {
      Action: 'sts:AssumeRoleWithWebIdentity',
      Principal: { Federated: IDENTITY_PROVIDER },
    }),
    trust('every repository', {
      Action: 'sts:AssumeRoleWithWebIdentity',
      Principal: { Federated: IDENTITY_PROVIDER },
      Condition: { StringLike: { 'token.example.com:sub': 'repo:*' } },
    }),
  ],
  administrator: [
    rights('everything', { Action: '*' }),
    planted('AWS’s administrator', 'AWS::IAM::Group', {
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
    }),
  ],
  wildcardAction: [rights('a service', { Action: 's3:*', Resource: 'arn:aws:s3:::b/*' })],
  wildcardResource: [rights('every table', { Action: 'dynamodb:PutItem' })],
  escalation: [
    rights('a policy of his own making', { Action: 'iam:CreatePolicyVersion' }),
    rights('a function under any role', {
      Action: ['iam:PassRole', 'lambda:CreateFunction', 'lambda:InvokeFunction'],
    }),
  ],
  passRole: [rights('any role', { Action: 'iam:PassRole' })],
  userPolicy: [
    planted('a policy on a user', 'AWS::IAM::Policy', {
      PolicyName: 'p',
      Users: ['u'],
      PolicyDocument: document({ Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' }),
    }),
  ],
  publicSetting: [
    planted('a bucket', 'AWS::S3::Bucket', { AccessControl: 'PublicRead' }),
    planted('a function’s address', 'AWS::Lambda::Url', { AuthType: 'NONE' }),
    planted('a database', 'AWS::RDS::DBInstance', { PubliclyAccessible: 'true' }),
    planted('guests', 'AWS::Cognito::IdentityPool', { AllowUnauthenticatedIdentities: true }),
  ],
  openIngress: [
    planted('a port', 'AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: [rule({ FromPort: 22, ToPort: 22 })],
    }),
    planted(
      'a port, in halves',
      'AWS::EC2::SecurityGroupIngress',
      rule({ FromPort: 22, ToPort: 22, CidrIp: '128.0.0.0/1' }),
    ),
    planted('a port, by the other family', 'AWS::EC2::SecurityGroupIngress', {
      ...{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22 },
      CidrIpv6: '::/0',
    }),
  ],
  openEgress: [
    planted('everything', 'AWS::EC2::SecurityGroupEgress', rule({ FromPort: 443, ToPort: 443 })),
    planted('AWS’s default', 'AWS::EC2::SecurityGroup', {}),
  ],
  broadPorts: [
    planted('every port', 'AWS::EC2::SecurityGroupIngress', rule({ IpProtocol: '-1', CidrIp: '10.0.0.0/8' })),
    planted('every protocol of a network ACL', 'AWS::EC2::NetworkAclEntry', {
      RuleAction: 'allow',
      Protocol: -1,
    }),
  ],
  openApi: [
    planted('a method', 'AWS::ApiGateway::Method', { HttpMethod: 'GET', AuthorizationType: 'NONE' }),
    planted('a route', 'AWS::ApiGatewayV2::Route', { RouteKey: 'GET /' }),
    planted('a document', 'AWS::ApiGateway::RestApi', { Body: OPEN_PATHS }),
    planted('a requirement that may be left out', 'AWS::ApiGatewayV2::Api', {
      Body: { ...OPEN_PATHS, security: [{ key: [] }, {}] },
    }),
  ],
  anyOrigin: [
    planted('a bucket', 'AWS::S3::Bucket', { CorsConfiguration: { CorsRules: [{ AllowedOrigins: ['*'] }] } }),
  ],
  plainTransport: [
    planted('messages by HTTP', 'AWS::SNS::Subscription', { Protocol: 'http', Endpoint: 'http://x' }),
  ],
  notEncrypted: [
    planted('a disk', 'AWS::EC2::Volume', { Encrypted: false }),
    planted('a topic', 'AWS::SNS::Topic', {}),
  ],
  ownKey: [
    planted('a log group', 'AWS::Logs::LogGroup', {}),
    planted('a secret', 'AWS::SecretsManager::Secret', { GenerateSecretString: {} }),
  ],
  keyRotation: [planted('a key that stays', 'AWS::KMS::Key', {})],
  notLogging: [
    planted('a trail that is off', 'AWS::CloudTrail::Trail', { IsLogging: false }),
    planted('a bucket', 'AWS::S3::Bucket', {}),
  ],
  literalSecret: [
    planted('a secret’s value', 'AWS::SecretsManager::Secret', { SecretString: 'hunter2hunter2' }),
    planted('a password', 'AWS::RDS::DBInstance', { MasterUserPassword: 'hunter2' }),
    planted('code', 'AWS::Lambda::Function', { Code: { ZipFile: "const password = 'hunter2';" } }),
    planted('user data', 'AWS::EC2::Instance', { UserData: { 'Fn::Base64': 'export DB_PASSWORD=hunter2' } }),
    planted('a variable', 'AWS::Lambda::Function', { Environment: { Variables: { API_KEY: 'abcdef' } } }),
    planted(
      'a default of a parameter',
      'AWS::RDS::DBInstance',
      { MasterUserPassword: { Ref: 'PlantedPassword' } },
      { PlantedPassword: { Type: 'String', NoEcho: true, Default: 'hunter2' } },
    ),
  ],
};

function withPlanted(stack: RawStack, { type, properties, parameters }: Planted): RawStack {
  const { template } = stack;
  const resource = { Type: type, Properties: structuredClone(properties) } as RawResource;
  return {
    ...stack,
    template: {
      ...template,
      Parameters: { ...(template['Parameters'] as object | undefined), ...parameters },
      Resources: { ...template.Resources, Planted: resource },
    },
  };
}

/**
 * For each rule of the exposure proof the mistakes that it is there for, planted one by one in the smallest stack: caught
 * when that very rule says so.
 */
export function exposureMutants(templates: readonly RawStack[]): ConfigurationMutant[] {
  const size = ({ template }: RawStack): number => Object.keys(template.Resources).length;
  const [stack] = [...templates].sort((a, b) => size(a) - size(b));
  if (stack === undefined) return [];
  const accounts = [...new Set(templates.map(({ account }) => account))];
  let before: ReadonlySet<string> | undefined;
  return (Object.keys(PLANTED) as ExposureRule[]).flatMap((name) =>
    PLANTED[name].map((each): ConfigurationMutant => {
      const { id } = EXPOSURE_RULES[name];
      return {
        kind: `exposure: ${id}`,
        name: `exposure: ${id}: ${each.kind}`,
        run: (): Catch | undefined => {
          before ??= findingsOf(proveExposure([stack], accounts).rows);
          const { rows } = proveExposure([withPlanted(stack, each)], accounts);
          return newFinding(
            'proof-exposure',
            rows.filter((row) => row.rule === id),
            before,
          );
        },
      };
    }),
  );
}
