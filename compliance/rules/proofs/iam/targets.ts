import type { CallResource } from '../../../../lambda/aws-calls';
import type { Resource } from '../model/resource';
import type { TemplateSet } from '../model/template-set';
import { impossible } from '../../../service-reference/evaluate-statement';
import { routesOf } from './api-routes';
import { PolicyError } from './errors';
import type { PolicyInventory } from './inventory';
import { globMatches } from './wildcards';

/** Somebody else's account, for neighbours and foreign callers. */
export const FOREIGN_ACCOUNT = '999999999999';

/** An action on a resource that the closed world asks about. */
export interface Target {
  readonly action: string;
  readonly resource: string;
  readonly region: string;
  /** Condition keys that AWS sends with this request besides those of every request. */
  readonly context?: Readonly<Record<string, string>>;
}

/**
 * Starting a state machine by its alias is authorized on the machine; the alias is sent as a condition key. Said here again:
 * lib/network/services, where the grant gets it from, is what is evaluated.
 * https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html
 */
const BY_ALIAS = { 'states:StateMachineQualifier': 'live' } as const;
const evaluated = new Set<string>();

/**
 * The target, when AWS authorizes such a request at all: a question that AWS never asks proves nothing.
 * @throws PolicyError when the Service Authorization Reference knows no such action, resource or key.
 */
export function asked(target: Target): Target {
  const { action, resource, context = {} } = target;
  const question = `${action} ${resource} ${Object.keys(context).join(' ')}`;
  if (evaluated.has(question)) return target;
  const problem = impossible(action, resource, Object.keys(context));
  if (problem !== undefined) throw new PolicyError('unknown-resource', resource, problem);
  evaluated.add(question);
  return target;
}

/**
 * A call on an item sends the item's key. What is asked of everybody is asked about records.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
const A_RECORD = { 'dynamodb:LeadingKeys': '0f8fad5b-d9cb-469f-a165-70867728950e' } as const;
const WHO_WAITS = { 'dynamodb:LeadingKeys': 'waits#partner' } as const;
const WHOM_TO_TELL = { 'dynamodb:LeadingKeys': 'webhook#0f8fad5b-d9cb-469f-a165-70867728950e' } as const;
const ON_ITEMS = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'].map(
  (operation) => `dynamodb:${operation}`,
);

/**
 * What AWS sends with a call on an example resource, as far as a policy may depend on it; nothing for most.
 * @param resource what a call declares; without it a stranger to the declarations asks: about a record
 */
export function contextOfCall(action: string, resource?: CallResource): Readonly<Record<string, string>> {
  if (action === 'states:StartSyncExecution') return BY_ALIAS;
  if (!ON_ITEMS.includes(action)) return {};
  if (resource === undefined) return A_RECORD;
  if (resource.startsWith('webhooks:')) return WHOM_TO_TELL;
  return resource.startsWith('waits:') ? WHO_WAITS : {};
}

const OBJECT_ACTIONS = [
  's3:GetObject',
  's3:GetObjectVersion',
  's3:PutObject',
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:BypassGovernanceRetention',
];
const BUCKET_ACTIONS = ['s3:ListBucket', 's3:ListBucketVersions', 's3:PutBucketPolicy', 's3:DeleteBucket'];

/** Where pictures lie; said here again, because what the application says of itself is evaluated. */
export const FOLDERS = ['input', 'cats', 'dogs', 'others', 'review', 'quarantine'];

/** What is asked about the resources of a type: suffix of the ARN → actions. */
const ACTIONS: Readonly<Record<string, readonly (readonly [suffix: string, actions: readonly string[]])[]>> =
  {
    'AWS::DynamoDB::GlobalTable': [
      [
        '',
        [
          'dynamodb:GetItem',
          'dynamodb:PutItem',
          'dynamodb:UpdateItem',
          'dynamodb:DeleteItem',
          'dynamodb:ConditionCheckItem',
          'dynamodb:Scan',
          'dynamodb:DeleteTable',
        ],
      ],
      ['/index/ByStatus', ['dynamodb:Query']],
      ['/stream/2026', ['dynamodb:GetRecords']],
    ],
    'AWS::SNS::Topic': [['', ['sns:Publish', 'sns:Subscribe', 'sns:SetTopicAttributes']]],
    'AWS::SQS::Queue': [
      [
        '',
        [
          'sqs:SendMessage',
          'sqs:ReceiveMessage',
          'sqs:DeleteMessage',
          'sqs:PurgeQueue',
          'sqs:SetQueueAttributes',
        ],
      ],
    ],
    'AWS::SecretsManager::Secret': [
      ['', ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue', 'secretsmanager:DeleteSecret']],
    ],
    'AWS::KMS::Key': [
      [
        '',
        [
          'kms:Decrypt',
          'kms:GenerateDataKey',
          'kms:CreateGrant',
          'kms:PutKeyPolicy',
          'kms:ScheduleKeyDeletion',
        ],
      ],
    ],
    'AWS::StepFunctions::StateMachine': [
      ['', ['states:StartExecution', 'states:StartSyncExecution', 'states:UpdateStateMachine']],
    ],
    'AWS::Lambda::Function': [
      [':live', ['lambda:InvokeFunction']],
      ['', ['lambda:InvokeFunction', 'lambda:UpdateFunctionCode']],
    ],
    'AWS::CloudTrail::Trail': [['', ['cloudtrail:StopLogging', 'cloudtrail:DeleteTrail']]],
    'AWS::IAM::Role': [['', ['iam:PassRole', 'iam:PutRolePolicy']]],
    'AWS::Backup::BackupVault': [['', ['backup:DeleteBackupVault', 'backup:DeleteRecoveryPoint']]],
  };

const arnAttribute: Readonly<Record<string, string>> = {
  'AWS::SNS::Topic': 'TopicArn',
  'AWS::SecretsManager::Secret': 'Id',
  'AWS::Backup::BackupVault': 'BackupVaultArn',
};

const isPictureBucket = (arn: string): boolean => /:::serverlessapp-[a-z]+-pictures-/.test(arn);

/** A pattern of buckets, and an object below the prefix that a policy names with it. */
type NamedObject = readonly [buckets: string, key: string];

/** An object under each prefix that a policy names: who may write `packs/` alone may not write elsewhere. */
function objectsNamed({ roles, resourcePolicies }: PolicyInventory): NamedObject[] {
  const patterns = [
    ...roles.map(({ identity }) => identity),
    ...resourcePolicies.map((each) => each.statements),
  ]
    .flat()
    .flatMap(({ resources }) => resources?.items ?? []);
  return [...new Set(patterns)].sort().flatMap((pattern): NamedObject[] => {
    const [, buckets = '', key = ''] = /^([^/]*)\/([^*?].*)$/s.exec(pattern) ?? [];
    if (key === '' || buckets === '*' || key.includes('${')) return [];
    return [[buckets, key.replaceAll('*', 'object').replaceAll('?', 'x')]];
  });
}

function objectsAskedOf(bucket: string, named: readonly NamedObject[]): string[] {
  const always = isPictureBucket(bucket) ? FOLDERS.map((folder) => `${folder}/0f8fad5b.jpg`) : ['any/object'];
  const folders = new Set(isPictureBucket(bucket) ? FOLDERS.map((folder) => `${folder}/object`) : []);
  const keys = named.filter(([buckets]) => globMatches(buckets, bucket)).map(([, key]) => key);
  return [...always, ...new Set(keys.filter((key) => !folders.has(key)))];
}

function bucketTargets(arn: string, region: string, named: readonly NamedObject[]): Target[] {
  const objects = objectsAskedOf(arn, named);
  return [
    ...BUCKET_ACTIONS.map((action) => ({ action, resource: arn, region })),
    ...objects.flatMap((key) =>
      OBJECT_ACTIONS.map((action) => ({ action, resource: `${arn}/${key}`, region })),
    ),
  ];
}

/**
 * Everything that the closed world asks about: each data-plane and each dangerous action on each store, key and role of
 * the application, and on the keys that it finds in its region.
 */
export function closedWorld(set: TemplateSet, inventory: PolicyInventory): Target[] {
  const named = objectsNamed(inventory);
  const ofType = (resource: Resource): Target[] => {
    const { type, region } = resource;
    if (type === 'AWS::S3::Bucket') return bucketTargets(set.arnOf(resource), region, named);
    if (type === 'AWS::ApiGateway::RestApi')
      return routesOf(set, resource)
        .filter(({ guard }) => guard === 'signature')
        .map(({ arn }) => ({ action: 'execute-api:Invoke', resource: arn, region }));
    if (type === 'AWS::SSM::Parameter') {
      const resourceArn = `arn:aws:ssm:${region}:${resource.account}:parameter${set.refOf(resource)}`;
      return ['ssm:GetParameter', 'ssm:PutParameter'].map((action) => ({
        action,
        resource: resourceArn,
        region,
      }));
    }
    return (ACTIONS[type] ?? []).flatMap(([suffix, actions]) => {
      const arn = set.attributeOf(resource, arnAttribute[type] ?? 'Arn');
      return actions.map((action) => ({
        action,
        resource: `${arn}${suffix}`,
        region,
        context: contextOfCall(action),
      }));
    });
  };
  const region = regionOfFunctions(set);
  const anywhere = { action: 'rekognition:DetectLabels', resource: '*', region };
  const keys = set.context('AWS::KMS::Key').filter((key) => key.region === region);
  return [...[...set.resources(), ...keys].flatMap(ofType), anywhere].map(asked);
}

/** The region in which the functions run. */
export function regionOfFunctions(set: TemplateSet): string {
  const [fn] = set.resources('AWS::Lambda::Function');
  return fn?.region ?? 'us-east-1';
}

/** The one resource whose name ends so. @throws PolicyError when there is none, or more than one. */
function single(set: TemplateSet, type: string, matches: (ref: string) => boolean, what: string): Resource {
  const region = regionOfFunctions(set);
  const found = set
    .resources(type)
    .filter((resource) => resource.region === region && matches(set.refOf(resource)));
  const [only] = found;
  if (!only || found.length > 1) {
    throw new PolicyError(
      'unknown-resource',
      what,
      `${found.length} resources in the templates stand for it`,
    );
  }
  return only;
}

const cursorSecret = (set: TemplateSet, what: string): Resource =>
  single(set, 'AWS::SecretsManager::Secret', (ref) => ref.includes('-cursor-signing-key-'), what);

/** A client's, or where none is told what one would be called. */
function webhookSecret(set: TemplateSet, what: string): string {
  const region = regionOfFunctions(set);
  const [own] = set
    .resources('AWS::SecretsManager::Secret')
    .filter((secret) => secret.region === region && set.refOf(secret).includes('-webhook-secret-'));
  return own === undefined
    ? set.refOf(cursorSecret(set, what)).replace('-cursor-signing-key-', '-webhook-secret-partner-')
    : set.refOf(own);
}

/**
 * An example of the resource that a declared call acts on, found in the templates by what it is (not by the code that
 * composed the grants), and its neighbours: what the same call must not be allowed on.
 */
export function exampleOf(set: TemplateSet, resource: CallResource): string {
  const region = regionOfFunctions(set);
  const endsWith = (suffix: string) => (ref: string) => ref.endsWith(suffix);
  const [kind = '', name = ''] = resource.split(/:(.*)/s, 2);
  switch (kind) {
    case 'bucket':
    case 'object': {
      const bucket = set.arnOf(
        single(set, 'AWS::S3::Bucket', (ref) => isPictureBucket(`arn:aws:s3:::${ref}`), resource),
      );
      return kind === 'bucket' ? bucket : `${bucket}/${name.replace('*', '0f8fad5b.jpg')}`;
    }
    case 'table':
    case 'waits':
    case 'webhooks':
      return set.arnOf(single(set, 'AWS::DynamoDB::GlobalTable', endsWith(`-${name}`), resource));
    case 'index': {
      const [table = '', index = ''] = name.split('/');
      const arn = set.arnOf(single(set, 'AWS::DynamoDB::GlobalTable', endsWith(`-${table}`), resource));
      return `${arn}/index/${index === '*' ? 'ByStatus' : index}`;
    }
    case 'topic':
      return set.refOf(single(set, 'AWS::SNS::Topic', endsWith(`-${name}`), resource));
    case 'stateMachine':
      return set.arnOf(single(set, 'AWS::StepFunctions::StateMachine', endsWith(`-${name}`), resource));
    case 'parameter': {
      const thresholds = single(set, 'AWS::SSM::Parameter', endsWith('/decision/thresholds'), resource);
      const path = set.refOf(thresholds);
      const own = name === 'thresholds' ? path : path.replace('/decision/thresholds', '/clients/k3y1d');
      return `arn:aws:ssm:${region}:${thresholds.account}:parameter${own}`;
    }
    case 'secret':
      return name === 'cursor' ? set.refOf(cursorSecret(set, resource)) : webhookSecret(set, resource);
    case '*':
      return '*';
    default:
      throw new PolicyError(
        'unknown-resource',
        resource,
        'the proof does not know this kind of declared resource',
      );
  }
}

/** Resources beside the example that the call must not touch, each with what it stands for. */
export function neighboursOf(example: string): readonly (readonly [what: string, arn: string])[] {
  if (example === '*') return [];
  const [, , service = '', region = '', account = '', ...rest] = example.split(':');
  const name = rest.join(':');
  if (service === 's3') {
    const [bucket = '', folder, file = ''] = name.split('/');
    const key = folder === undefined ? '' : `/${folder}/${file}`;
    return [
      ['another bucket', `arn:aws:s3:::another-bucket${key}`],
      ['a bucket of another account', `arn:aws:s3:::${FOREIGN_ACCOUNT}-bucket${key}`],
      ...(folder === undefined
        ? []
        : ([['another folder', `arn:aws:s3:::${bucket}/elsewhere/${file}`]] as const)),
    ];
  }
  const build = (at: string, whose: string, what: string): string =>
    `arn:aws:${service}:${at}:${whose}:${what}`;
  return [
    ['another of its kind', build(region, account, name.replace('serverlessapp', 'another'))],
    ['the same in another account', build(region, FOREIGN_ACCOUNT, name)],
    ['the same in another region', build('eu-central-1', account, name)],
  ];
}
