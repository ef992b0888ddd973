import type { Resource } from '../model/resource';
import type { TemplateSet } from '../model/template-set';
import { PolicyError } from './errors';

interface Attached {
  readonly arn: string;
  readonly document: unknown;
}
type Reader = (resource: Resource, set: TemplateSet) => Attached[];
type Body = Readonly<Record<string, unknown>>;

const queueArn = (url: string): string => {
  const [, region, account, name] = /^https:\/\/sqs\.([^.]+)\.amazonaws\.com\/(\d+)\/(.+)$/.exec(url) ?? [];
  if (name === undefined) throw new PolicyError('unknown-resource', url, 'not a queue URL');
  return `arn:aws:sqs:${region ?? ''}:${account ?? ''}:${name}`;
};
const bucketArn = (nameOrArn: string): string =>
  nameOrArn.startsWith('arn:') ? nameOrArn : `arn:aws:s3:::${nameOrArn}`;
const own =
  (property: string): Reader =>
  (resource, set) =>
    resource.has(property) ? [{ arn: set.arnOf(resource), document: resource.property(property) }] : [];

const tablePolicy = (arn: string, body: unknown): Attached[] => {
  const policy = (body as Body | undefined)?.['ResourcePolicy'] as Body | undefined;
  return policy ? [{ arn, document: policy['PolicyDocument'] }] : [];
};

/** A table's policy and its stream's, which stands apart and holds for every stream that the table will have. */
const tablePolicies = (arn: string, body: unknown, stream: unknown): Attached[] => [
  ...tablePolicy(arn, body),
  ...tablePolicy(`${arn}/stream`, stream),
];

/** `AWS::Lambda::Permission` is a statement of the function's policy. */
const permission: Reader = (resource) => {
  const target = resource.text('FunctionName');
  const arn = target.startsWith('arn:')
    ? target
    : `arn:aws:lambda:${resource.region}:${resource.account}:function:${target}`;
  const principal = resource.text('Principal');
  const conditions: [string, string, string][] = [
    ['ArnLike', 'aws:SourceArn', 'SourceArn'],
    ['StringEquals', 'aws:SourceAccount', 'SourceAccount'],
    ['StringEquals', 'aws:PrincipalOrgID', 'PrincipalOrgID'],
  ];
  const Condition: Record<string, Record<string, string>> = {};
  for (const [operator, key, property] of conditions) {
    if (resource.has(property))
      Condition[operator] = { ...Condition[operator], [key]: resource.text(property) };
  }
  const Principal =
    principal === '*'
      ? '*'
      : /^(\d{12}|arn:.*)$/.test(principal)
        ? { AWS: principal }
        : { Service: principal };
  return [
    {
      arn,
      document: {
        Statement: [
          {
            Sid: 'Permission',
            Effect: 'Allow',
            Principal,
            Action: resource.text('Action'),
            Resource: arn,
            Condition,
          },
        ],
      },
    },
  ];
};

const logs: Reader = (resource) => [
  { arn: '*', document: JSON.parse(resource.text('PolicyDocument')) as unknown },
];

/** Where each type keeps its resource policy, and whose it is. */
export const RESOURCE_POLICIES: Readonly<Record<string, Reader>> = {
  'AWS::S3::BucketPolicy': (r) => [
    { arn: bucketArn(r.text('Bucket')), document: r.property('PolicyDocument') },
  ],
  'AWS::SQS::QueuePolicy': (r) =>
    r.list('Queues').map((url) => ({ arn: queueArn(String(url)), document: r.property('PolicyDocument') })),
  'AWS::SNS::TopicPolicy': (r) =>
    r.list('Topics').map((arn) => ({ arn: String(arn), document: r.property('PolicyDocument') })),
  'AWS::KMS::Key': own('KeyPolicy'),
  'AWS::SecretsManager::ResourcePolicy': (r) => [
    { arn: r.text('SecretId'), document: r.property('ResourcePolicy') },
  ],
  'AWS::DynamoDB::Table': (r, set) =>
    tablePolicies(
      set.arnOf(r),
      r.resolved(),
      r.has('StreamSpecification') ? r.property('StreamSpecification') : undefined,
    ),
  'AWS::DynamoDB::GlobalTable': (r, set) =>
    r
      .list('Replicas')
      .filter((replica) => (replica as Body)['Region'] === r.region)
      .flatMap((replica) =>
        tablePolicies(set.arnOf(r), replica, (replica as Body)['ReplicaStreamSpecification']),
      ),
  'AWS::Lambda::Permission': permission,
  'AWS::Logs::ResourcePolicy': logs,
  'AWS::Backup::BackupVault': (r, set) =>
    r.has('AccessPolicy')
      ? [{ arn: set.attributeOf(r, 'BackupVaultArn'), document: r.property('AccessPolicy') }]
      : [],
};

/** Types that carry policies and are read elsewhere or here. */
const KNOWN: ReadonlySet<string> = new Set([
  ...Object.keys(RESOURCE_POLICIES),
  'AWS::EC2::VPCEndpoint',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
]);
const POLICY_PROPERTIES = [
  'AccessPolicy',
  'KeyPolicy',
  'Policy',
  'PolicyDocument',
  'ResourcePolicy',
  'AssumeRolePolicyDocument',
];
/** Properties of those names that are no access policies. */
const NO_ACCESS_POLICY: Readonly<Record<string, string>> = {
  'AWS::FMS::Policy': '',
  'AWS::ApiGateway::RestApi': '',
};

/** Resources that grant access in a way the evaluator does not read. */
export function unreadPolicies(set: TemplateSet): Resource[] {
  return set
    .resources()
    .filter(
      (resource) =>
        !KNOWN.has(resource.type) &&
        !(resource.type in NO_ACCESS_POLICY) &&
        (resource.type.startsWith('AWS::IAM::') ||
          POLICY_PROPERTIES.some((property) => resource.has(property))),
    );
}
