import type { Resource } from '../model/resource';
import type { TemplateSet } from '../model/template-set';
import { apiArn } from './api-routes';
import { PolicyError } from './errors';
import { arnBeside } from '../model/identifiers';

interface Attached {
  readonly arn: string;
  readonly document: unknown;
}
type Reader = (resource: Resource, set: TemplateSet) => Attached[];
type Body = Readonly<Record<string, unknown>>;

/** A queue of which only the deployment tells the URL stands for itself. */
const queueArn = (url: string, set: TemplateSet): string => {
  const [, region, account, name] = /^https:\/\/sqs\.([^.]+)\.amazonaws\.com\/(\d+)\/(.+)$/.exec(url) ?? [];
  if (name === undefined && !set.isStrict) return url;
  if (name === undefined) throw new PolicyError('unknown-resource', url, 'not a queue URL');
  return `arn:aws:sqs:${region ?? ''}:${account ?? ''}:${name}`;
};
const bucketArn = (nameOrArn: string): string =>
  nameOrArn.startsWith('arn:') ? nameOrArn : `arn:aws:s3:::${nameOrArn}`;
const own =
  (property: string): Reader =>
  (resource, set) =>
    resource.has(property) ? [{ arn: set.arnOf(resource), document: resource.property(property) }] : [];

const at = (body: unknown, ...steps: string[]): unknown =>
  steps.reduce<unknown>((inner, step) => (inner as Body | undefined)?.[step], body);
const given = (arn: string, document: unknown): Attached[] =>
  document === undefined ? [] : [{ arn, document }];

/** A table's policy, or a replica's, and that of its stream. */
const tablePolicies = (arn: string, body: unknown, stream: string): Attached[] => [
  ...given(arn, at(body, 'ResourcePolicy', 'PolicyDocument')),
  ...given(`${arn}/stream`, at(body, stream, 'ResourcePolicy', 'PolicyDocument')),
];

/** Where AWS takes a policy as text, or as an object. */
const parsed = (document: unknown, where: string): unknown => {
  if (typeof document !== 'string') return document;
  try {
    return JSON.parse(document);
  } catch {
    throw new PolicyError('malformed-policy', where, 'the policy is text that is no JSON');
  }
};

/**
 * An API's policy, with its short form of resources written out.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies.html
 */
const apiPolicy: Reader = (resource) => {
  if (!resource.has('Policy')) return [];
  const arn = apiArn(resource);
  const text = JSON.stringify(parsed(resource.property('Policy'), resource.path));
  return [{ arn, document: JSON.parse(text.replaceAll('"execute-api:/', `"${arn}/`)) as unknown }];
};

const busArn = (resource: Resource, name: string): string =>
  arnBeside(resource, 'events', `event-bus/${name}`);

/** One statement of an event bus's policy; the properties beside `Statement` are its older form. */
const busStatement: Reader = (resource) => {
  const arn = busArn(resource, resource.optionalText('EventBusName') ?? 'default');
  const statement = resource.has('Statement')
    ? parsed(resource.property('Statement'), resource.path)
    : {
        Effect: 'Allow',
        Principal: resource.text('Principal') === '*' ? '*' : { AWS: resource.text('Principal') },
        Action: resource.text('Action'),
        Resource: arn,
        ...(resource.has('Condition') && {
          Condition: {
            [String(at(resource.property('Condition'), 'Type'))]: {
              [String(at(resource.property('Condition'), 'Key'))]: at(
                resource.property('Condition'),
                'Value',
              ),
            },
          },
        }),
      };
  return [{ arn, document: { Version: '2012-10-17', Statement: [statement].flat() } }];
};

/** Whoever may read a layer, by account or by organisation. */
const layerPermission: Reader = (resource) => {
  const arn = resource.text('LayerVersionArn');
  const principal = resource.text('Principal');
  const organization = resource.optionalText('OrganizationId');
  return [
    {
      arn,
      document: {
        Statement: [
          {
            Sid: 'LayerPermission',
            Effect: 'Allow',
            Principal: principal === '*' ? '*' : { AWS: principal },
            Action: resource.text('Action'),
            Resource: arn,
            ...(organization !== undefined && {
              Condition: { StringEquals: { 'aws:PrincipalOrgID': organization } },
            }),
          },
        ],
      },
    },
  ];
};

/** A policy in a property of the resource that it protects. */
const inside =
  (property: string, service: string, name: (resource: Resource) => string): Reader =>
  (resource) =>
    resource.has(property)
      ? [
          {
            arn: arnBeside(resource, service, name(resource)),
            document: parsed(resource.property(property), resource.path),
          },
        ]
      : [];

/** `AWS::Lambda::Permission` is a statement of the function's policy. */
const permission: Reader = (resource) => {
  const target = resource.text('FunctionName');
  const arn = target.startsWith('arn:')
    ? target
    : `arn:aws:lambda:${resource.region}:${resource.account}:function:${target}`;
  // An account may be written as a number.
  const principal = String(resource.property('Principal'));
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
  { arn: '*', document: parsed(resource.property('PolicyDocument'), resource.path) },
];

/** Where each type keeps its resource policy, and whose it is. */
export const RESOURCE_POLICIES: Readonly<Record<string, Reader>> = {
  'AWS::S3::BucketPolicy': (r) => [
    { arn: bucketArn(r.text('Bucket')), document: r.property('PolicyDocument') },
  ],
  'AWS::SQS::QueuePolicy': (r, set) =>
    r
      .list('Queues')
      .map((url) => ({ arn: queueArn(String(url), set), document: r.property('PolicyDocument') })),
  'AWS::SNS::TopicPolicy': (r) =>
    r.list('Topics').map((arn) => ({ arn: String(arn), document: r.property('PolicyDocument') })),
  'AWS::KMS::Key': own('KeyPolicy'),
  'AWS::SecretsManager::ResourcePolicy': (r) => [
    { arn: r.text('SecretId'), document: r.property('ResourcePolicy') },
  ],
  'AWS::DynamoDB::Table': (r, set) => tablePolicies(set.arnOf(r), r.resolved(), 'StreamSpecification'),
  'AWS::DynamoDB::GlobalTable': (r, set) =>
    r.list('Replicas').flatMap((replica) => {
      const region = String(at(replica, 'Region'));
      const arn = set.arnOf(r).replace(`:${r.region}:`, `:${region}:`);
      return tablePolicies(arn, replica, 'ReplicaStreamSpecification');
    }),
  'AWS::Lambda::Permission': permission,
  'AWS::Logs::ResourcePolicy': logs,
  'AWS::Lambda::LayerVersionPermission': layerPermission,
  'AWS::Logs::Destination': inside(
    'DestinationPolicy',
    'logs',
    (r) => `destination:${r.text('DestinationName')}`,
  ),
  'AWS::ApiGateway::RestApi': apiPolicy,
  'AWS::Events::EventBusPolicy': busStatement,
  'AWS::Events::EventBus': (r) =>
    r.has('Policy')
      ? [{ arn: busArn(r, r.text('Name')), document: parsed(r.property('Policy'), r.path) }]
      : [],
  'AWS::ECR::Repository': inside(
    'RepositoryPolicyText',
    'ecr',
    (r) => `repository/${r.optionalText('RepositoryName') ?? r.path}`,
  ),
  'AWS::EFS::FileSystem': inside('FileSystemPolicy', 'elasticfilesystem', (r) => `file-system/${r.path}`),
  'AWS::OpenSearchService::Domain': inside(
    'AccessPolicies',
    'es',
    (r) => `domain/${r.optionalText('DomainName') ?? r.path}`,
  ),
  'AWS::Backup::BackupVault': (r, set) =>
    r.has('AccessPolicy')
      ? [{ arn: set.attributeOf(r, 'BackupVaultArn'), document: r.property('AccessPolicy') }]
      : [],
};

/** Types whose policies the inventory reads beside those of resources. */
const READ_ELSEWHERE: ReadonlySet<string> = new Set([
  'AWS::EC2::VPCEndpoint',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
]);
/** Types that grant something by what they are, in words that no policy holds. */
const GRANTS_BY_ITSELF: ReadonlySet<string> = new Set([
  'AWS::Cognito::IdentityPoolRoleAttachment',
  'AWS::EC2::VPCEndpointServicePermissions',
  'AWS::EKS::AccessEntry',
  'AWS::LakeFormation::Permissions',
  'AWS::LakeFormation::PrincipalPermissions',
  'AWS::Lambda::Url',
  'AWS::RAM::ResourceShare',
  'AWS::RolesAnywhere::Profile',
  'AWS::RolesAnywhere::TrustAnchor',
  'AWS::S3::AccessGrant',
  'AWS::SSO::Assignment',
  'AWS::SSO::PermissionSet',
]);

const isStatement = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'Effect' in value &&
  ('Action' in value || 'NotAction' in value);

/** Whether a value is, or holds, a policy of IAM's language, as an object or as text. */
function holdsPolicy(value: unknown): boolean {
  if (typeof value === 'string') {
    if (!value.includes('"Statement"')) return false;
    try {
      return holdsPolicy(JSON.parse(value));
    } catch {
      return true;
    }
  }
  if (typeof value !== 'object' || value === null) return false;
  if (isStatement(value)) return true;
  return Object.values(value).some(holdsPolicy);
}

/** What services call the property that holds a policy, whatever its form; those of queues and topics are of delivery. */
const POLICY_PROPERTY =
  /^(?!(?:Delivery|Filter|Redrive|RedriveAllow|Retry)Policy$).*Polic(?:y|ies)(?:Document|Text)?$/;
/** Policies in IAM's words that let nobody in: they bind whoever they are attached to. */
const BINDS_ONLY: ReadonlySet<string> = new Set(['AWS::Organizations::Policy']);

/** Resources that grant access in a way the evaluator does not read. */
export function unreadPolicies(set: TemplateSet): Resource[] {
  return set.resources().filter((resource) => {
    const { type } = resource;
    if (type in RESOURCE_POLICIES || READ_ELSEWHERE.has(type) || BINDS_ONLY.has(type)) return false;
    return (
      type.startsWith('AWS::IAM::') ||
      GRANTS_BY_ITSELF.has(type) ||
      Object.keys(resource.raw.Properties ?? {}).some((property) => POLICY_PROPERTY.test(property)) ||
      holdsPolicy(resource.raw.Properties)
    );
  });
}
