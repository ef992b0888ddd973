import { REQUIRED_TAGS } from '../rules/checks/tags';
import { drop, type Mutant, onResources, put, type RawResource, type RawStack } from './mutant';

type Properties = Record<string, unknown>;
type Change = (properties: Properties, resource: RawResource) => boolean;
/** Kind, types, and the mistake. */
type Row = readonly [kind: string, types: readonly string[], change: Change, which?: 'first of each type'];

const FUNCTION = ['AWS::Lambda::Function'];
const BUCKET = ['AWS::S3::Bucket'];
const TABLE = ['AWS::DynamoDB::GlobalTable'];
const MACHINE = ['AWS::StepFunctions::StateMachine'];
const TRAIL = ['AWS::CloudTrail::Trail'];
const STAGE = ['AWS::ApiGateway::Stage'];
const METHOD = ['AWS::ApiGateway::Method'];
const ALARM = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'];
const set =
  (...path: (string | number)[]) =>
  (value: unknown): Change =>
  (p) =>
    put(p, path, value);
const gone = (...path: (string | number)[]): Change => set(...path)(undefined);
const dropped =
  (name: string): Change =>
  (p) =>
    drop(p, name);
/** Pictures or, in the account of the pipeline, what releases and evidence are kept in. */
const DATA_EVENTS = /"Data".*(?:-pictures-|EvidenceBucket)/;
/** The field selectors of those of a trail's selectors whose words match; undefined takes the selector away. */
const selected =
  (which: RegExp, change: (fields: readonly Properties[]) => readonly Properties[] | undefined): Change =>
  (p) => {
    const before = p['AdvancedEventSelectors'] as { FieldSelectors: Properties[] }[];
    const after = before.flatMap((selector) => {
      if (!which.test(JSON.stringify(selector))) return [selector];
      const fields = change(selector.FieldSelectors);
      return fields === undefined ? [] : [{ ...selector, FieldSelectors: fields }];
    });
    const isOther = JSON.stringify(after) !== JSON.stringify(before);
    return isOther && put(p, ['AdvancedEventSelectors'], after);
  };

const encryption: readonly Row[] = [
  [
    'key dropped',
    BUCKET,
    set(
      'BucketEncryption',
      'ServerSideEncryptionConfiguration',
      0,
      'ServerSideEncryptionByDefault',
    )({ SSEAlgorithm: 'aws:kms' }),
  ],
  ['encryption dropped', BUCKET, dropped('BucketEncryption')],
  ['key dropped', TABLE, gone('Replicas', 0, 'SSESpecification')],
  ['encryption dropped', TABLE, set('SSESpecification', 'SSEEnabled')(false)],
  ['key dropped', ['AWS::SQS::Queue', 'AWS::SNS::Topic'], dropped('KmsMasterKeyId')],
  [
    'key of AWS instead of ours',
    ['AWS::SQS::Queue', 'AWS::SNS::Topic'],
    (p, r) => put(p, ['KmsMasterKeyId'], r.Type.includes('SQS') ? 'alias/aws/sqs' : 'alias/aws/sns'),
  ],
  ['key dropped', ['AWS::SecretsManager::Secret', 'AWS::Logs::LogGroup'], dropped('KmsKeyId')],
  ['key dropped', ['AWS::Lambda::Function', 'AWS::Scheduler::Schedule'], dropped('KmsKeyArn')],
  ['key dropped', MACHINE, dropped('EncryptionConfiguration')],
  ['key dropped', TRAIL, dropped('KMSKeyId')],
  ['key dropped', ['AWS::Backup::BackupVault'], dropped('EncryptionKeyArn')],
  ['key rotation disabled', ['AWS::KMS::Key'], set('EnableKeyRotation')(false)],
  ['key rotates every two years', ['AWS::KMS::Key'], set('RotationPeriodInDays')(730), 'first of each type'],
  [
    'secret in the environment',
    FUNCTION,
    set('Environment', 'Variables', 'DATABASE_PASSWORD')('hunter2-hunter2'),
  ],
  [
    'access key in the environment',
    FUNCTION,
    set('Environment', 'Variables', 'REGION_ID')(['AKIA', 'IOSFODNN7EXAMPLE'].join('')),
    'first of each type',
  ],
  [
    'secret value in the template',
    ['AWS::SecretsManager::Secret'],
    set('SecretString')('hunter2'),
    'first of each type',
  ],
  ['old TLS on the API', ['AWS::ApiGateway::RestApi'], set('SecurityPolicy')('TLS_1_0')],
];

const observation: readonly Row[] = [
  ['log without expiry', ['AWS::Logs::LogGroup'], dropped('RetentionInDays')],
  ['trail stopped', TRAIL, set('IsLogging')(false)],
  ['trail without validation', TRAIL, set('EnableLogFileValidation')(false)],
  ['trail of one region', TRAIL, set('IsMultiRegionTrail')(false)],
  ['trail without global services', TRAIL, set('IncludeGlobalServiceEvents')(false)],
  [
    'trail without data events',
    TRAIL,
    (p) => put(p, ['AdvancedEventSelectors'], (p['AdvancedEventSelectors'] as unknown[]).slice(0, 1)),
  ],
  [
    'trail of writing management events only',
    TRAIL,
    selected(/"Management"/, (fields) => [...fields, { Field: 'readOnly', Equals: ['false'] }]),
  ],
  [
    'trail without the events of one service',
    TRAIL,
    selected(/"Management"/, (fields) => [
      ...fields,
      { Field: 'eventSource', NotEquals: ['kms.amazonaws.com'] },
    ]),
  ],
  ['trail without management events', TRAIL, selected(/"Management"/, () => undefined)],
  ['trail without one kind of thing', TRAIL, selected(DATA_EVENTS, () => undefined)],
  [
    'trail of writing calls on things only',
    TRAIL,
    selected(DATA_EVENTS, (fields) => [...fields, { Field: 'readOnly', Equals: ['false'] }]),
  ],
  [
    'trail of one call on things only',
    TRAIL,
    selected(DATA_EVENTS, (fields) => [...fields, { Field: 'eventName', Equals: ['GetObject'] }]),
  ],
  [
    'trail without the last of some stores',
    TRAIL,
    selected(DATA_EVENTS, (fields) =>
      fields.map((field) =>
        field['StartsWith'] === undefined
          ? field
          : { ...field, StartsWith: (field['StartsWith'] as unknown[]).slice(0, -1) },
      ),
    ),
  ],
  ['trail without what endpoints refuse', TRAIL, selected(/"NetworkActivity"/, () => undefined)],
  ['trail that no alarm sees', TRAIL, dropped('CloudWatchLogsLogGroupArn')],
  ['flow log of rejections only', ['AWS::EC2::FlowLog'], set('TrafficType')('REJECT')],
  ['access log off', STAGE, dropped('AccessLogSetting')],
  ['execution log off', STAGE, set('MethodSettings', 0, 'LoggingLevel')('OFF')],
  ['request bodies logged', STAGE, set('MethodSettings', 0, 'DataTraceEnabled')(true)],
  ['API traces off', STAGE, set('TracingEnabled')(false)],
  ['route not throttled', STAGE, gone('MethodSettings', 0, 'ThrottlingRateLimit')],
  ['workflow log off', MACHINE, set('LoggingConfiguration', 'Level')('OFF')],
  ['workflow data logged', MACHINE, set('LoggingConfiguration', 'IncludeExecutionData')(true)],
  ['workflow traces off', MACHINE, dropped('TracingConfiguration')],
  ['function traces off', FUNCTION, set('TracingConfig', 'Mode')('PassThrough')],
  ['function log group left to Lambda', FUNCTION, dropped('LoggingConfig')],
  ['bucket access log off', BUCKET, dropped('LoggingConfiguration')],
  ['alarm action dropped', ALARM, set('AlarmActions')([])],
  [
    'alarm tells another account',
    ALARM,
    set('AlarmActions')(['arn:aws:sns:us-east-1:999999999999:elsewhere']),
    'first of each type',
  ],
  ['alarm disabled', ALARM, set('ActionsEnabled')(false), 'first of each type'],
  ['event rule disabled', ['AWS::Events::Rule'], set('State')('DISABLED')],
  ['event rule without target', ['AWS::Events::Rule'], set('Targets')([]), 'first of each type'],
  ['event target without dead letters', ['AWS::Events::Rule'], gone('Targets', 0, 'DeadLetterConfig')],
];

const exposure: readonly Row[] = [
  ...['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'].map(
    (name): Row => [`${name} off`, BUCKET, set('PublicAccessBlockConfiguration', name)(false)],
  ),
  ['public access block dropped', BUCKET, dropped('PublicAccessBlockConfiguration')],
  ['bucket ACLs in force', BUCKET, dropped('OwnershipControls')],
  ['versions off', BUCKET, set('VersioningConfiguration', 'Status')('Suspended')],
  ['every origin allowed', BUCKET, set('CorsConfiguration', 'CorsRules', 0, 'AllowedOrigins')(['*'])],
  [
    'bucket as a web site',
    BUCKET,
    set('WebsiteConfiguration')({ IndexDocument: 'index.html' }),
    'first of each type',
  ],
  ['API key not required', METHOD, (p) => p['ApiKeyRequired'] === true && put(p, ['ApiKeyRequired'], false)],
  [
    'erasure without signature',
    METHOD,
    (p) => p['OperationName'] === 'EraseAnyImage' && put(p, ['AuthorizationType'], 'NONE'),
  ],
  [
    "anybody's picture erased by an API key",
    METHOD,
    (p) =>
      p['OperationName'] === 'EraseAnyImage' &&
      put(p, ['AuthorizationType'], 'NONE') &&
      put(p, ['ApiKeyRequired'], true),
  ],
  [
    'a review decided with an API key',
    METHOD,
    (p) =>
      p['OperationName'] === 'DecideReview' &&
      put(p, ['AuthorizationType'], 'NONE') &&
      put(p, ['ApiKeyRequired'], true),
  ],
  ['validation removed', METHOD, dropped('RequestValidatorId')],
  ['request schema removed', METHOD, dropped('RequestModels')],
  ['default schema removed', METHOD, gone('RequestModels', '$default')],
  ['validator does nothing', ['AWS::ApiGateway::RequestValidator'], set('ValidateRequestParameters')(false)],
  ['plan without rate', ['AWS::ApiGateway::UsagePlan'], dropped('Throttle')],
  ['plan without quota', ['AWS::ApiGateway::UsagePlan'], dropped('Quota')],
  ['firewall log keeps API keys', ['AWS::WAFv2::LoggingConfiguration'], set('RedactedFields')([])],
  ['secret policy may be public', ['AWS::SecretsManager::ResourcePolicy'], set('BlockPublicPolicy')(false)],
];

const resilience: readonly Row[] = [
  ['Object Lock off', BUCKET, (p) => drop(p, 'ObjectLockConfiguration') && drop(p, 'ObjectLockEnabled')],
  [
    'Object Lock that administrators can lift',
    BUCKET,
    set('ObjectLockConfiguration', 'Rule', 'DefaultRetention', 'Mode')('GOVERNANCE'),
  ],
  ['Object Lock for a day', BUCKET, set('ObjectLockConfiguration', 'Rule', 'DefaultRetention', 'Days')(1)],
  ['vault lock dropped', ['AWS::Backup::BackupVault'], dropped('LockConfiguration')],
  [
    'point-in-time recovery off',
    TABLE,
    set('Replicas', 0, 'PointInTimeRecoverySpecification', 'PointInTimeRecoveryEnabled')(false),
  ],
  ['table may be deleted', TABLE, set('Replicas', 0, 'DeletionProtectionEnabled')(false)],
  ['objects never expire', BUCKET, dropped('LifecycleConfiguration')],
  ['dead-letter queue removed', FUNCTION, dropped('DeadLetterConfig')],
  ['runtime out of support', FUNCTION, set('Runtime')('nodejs18.x')],
  ['concurrency unreserved', FUNCTION, dropped('ReservedConcurrentExecutions')],
  ['dead-letter queue removed', ['AWS::SQS::Queue'], dropped('RedrivePolicy')],
  [
    'dead letters kept for a day',
    ['AWS::SQS::Queue'],
    (p) => !('RedrivePolicy' in p) && put(p, ['MessageRetentionPeriod'], 86_400),
  ],
  ['one failure repeats the batch', ['AWS::Lambda::EventSourceMapping'], dropped('FunctionResponseTypes')],
  ['failed stream records lost', ['AWS::Lambda::EventSourceMapping'], dropped('DestinationConfig')],
  ['event source disabled', ['AWS::Lambda::EventSourceMapping'], set('Enabled')(false)],
  ['schedule without dead letters', ['AWS::Scheduler::Schedule'], gone('Target', 'DeadLetterConfig')],
  ['schedule disabled', ['AWS::Scheduler::Schedule'], set('State')('DISABLED')],
  [
    'backups stay in one region',
    ['AWS::Backup::BackupPlan'],
    gone('BackupPlan', 'BackupPlanRule', 0, 'CopyActions'),
  ],
];

/** Whole resources whose absence somebody must notice. */
const REMOVED = [
  'AWS::CloudTrail::Trail',
  'AWS::EC2::FlowLog',
  'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation',
  'AWS::WAFv2::WebACLAssociation',
  'AWS::WAFv2::LoggingConfiguration',
  'AWS::Backup::BackupPlan',
  'AWS::Backup::BackupSelection',
  'AWS::Logs::MetricFilter',
  'AWS::Scheduler::Schedule',
];

const webAclRules = (stacks: readonly RawStack[]): Mutant[] => {
  const acl = ['AWS::WAFv2::WebACL'];
  const rulesOf = (p: Properties) => p['Rules'] as Properties[];
  const count =
    stacks
      .flatMap(({ template }) => Object.values(template.Resources))
      .filter(({ Type }) => Type === acl[0])
      .map(({ Properties }) => rulesOf(Properties).length)[0] ?? 0;
  return Array.from({ length: count }, (_unused, index) => index).flatMap((index) => [
    ...onResources(
      stacks,
      `web ACL rule ${index} removed`,
      acl,
      (p) => rulesOf(p).splice(index, 1).length === 1,
    ),
    ...onResources(stacks, `web ACL rule ${index} only counts`, acl, (p) => {
      const rule = rulesOf(p)[index];
      if (!rule) return false;
      return put(rule, [rule['OverrideAction'] === undefined ? 'Action' : 'OverrideAction'], { Count: {} });
    }),
  ]);
};

const requiredAlarms = (stacks: readonly RawStack[]): Mutant[] =>
  onResources(
    stacks,
    'alarm removed',
    ['AWS::CloudWatch::Alarm'],
    (p, _r, id, t) =>
      /-(access-denied-spike|key-disabled-or-deleted|trail-changed|intake-dead-letters|executions-failed|endpoint-changed|dns-blocked)$/.test(
        String(p['AlarmName']),
      ) && Reflect.deleteProperty(t.Resources, id),
  );

/** One tag dropped from one resource of every type that has tags, the five tags in turn. */
function tagMutants(stacks: readonly RawStack[]): Mutant[] {
  const types = [
    ...new Set(
      stacks.flatMap(({ template }) =>
        Object.values(template.Resources)
          .filter(({ Properties }) => Array.isArray((Properties as Properties | undefined)?.['Tags']))
          .map(({ Type }) => Type),
      ),
    ),
  ];
  return types.flatMap((type, index) => {
    const tag = REQUIRED_TAGS[index % REQUIRED_TAGS.length] ?? 'Owner';
    return onResources(
      stacks,
      `tag ${tag} dropped`,
      [type],
      (p) =>
        put(
          p,
          ['Tags'],
          (p['Tags'] as { Key: string }[]).filter(({ Key }) => Key !== tag),
        ),
      'first of each type',
    );
  });
}

/** Mistakes in the properties of single resources. */
export const propertyMutants = (stacks: readonly RawStack[]): Mutant[] => [
  ...[...encryption, ...observation, ...exposure, ...resilience].flatMap(([kind, types, change, which]) =>
    onResources(stacks, kind, types, change, which ?? 'each'),
  ),
  ...onResources(stacks, 'resource removed', REMOVED, (_p, _r, id, t) =>
    Reflect.deleteProperty(t.Resources, id),
  ),
  ...webAclRules(stacks),
  ...requiredAlarms(stacks),
  ...tagMutants(stacks),
];
