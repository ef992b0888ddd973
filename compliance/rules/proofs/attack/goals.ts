import type { FunctionId } from '../../../../lambda/functions';
import { delivery } from '../../../../lib/config/delivery';
import { loadStageConfig } from '../../../../lib/config/load';
import { RELEASED_STAGE } from '../../../../lib/config/schema';
import { bootstrapBucket, BOUNDARY_CHANGE_TAG, DELIVERY_PREFIX } from '../../../../lib/names';
import { regionalName } from '../../../../tools/attack-regions';
import { type ApiRoute, routesOf } from '../iam/api-routes';
import { PolicyError } from '../iam/errors';
import { fromReviewers, type Situation } from '../iam/situations';
import { contextOfCall, FOLDERS, FOREIGN_ACCOUNT } from '../iam/targets';
import type { Resource } from '../model/resource';
import { dig } from '../model/dig';
import type { Ask, AttackWorld } from './attack-world';
import { approvalsBeforeAnything, arnOfApproval } from './release-order';

/** What an attacker wants; the closed list. */
const WANTED = [
  'read pictures',
  'read records',
  'carry data away',
  'destroy pictures',
  'take a client’s key',
  'erase or silence evidence',
  'lift a control',
  'deploy unapproved',
  'sign unevaluated',
] as const;
type Wanted = (typeof WANTED)[number];
/** Of which there is one for all regions. */
const ONLY_ONCE: readonly Wanted[] = ['sign unevaluated'];

/** What an attacker wants, of what is in one region: `read pictures`, and `read pictures (us-west-2)`. */
export type Goal = Wanted | `${Wanted} (${string})`;

interface RegionalGoal {
  readonly goal: Goal;
  readonly wanted: Wanted;
  readonly region: string;
}

const REGIONAL_GOALS: readonly RegionalGoal[] = (({ region, drRegion }) =>
  [region, drRegion].flatMap((where) =>
    WANTED.filter((wanted) => where === region || !ONLY_ONCE.includes(wanted)).map((wanted) => ({
      goal: regionalName(wanted, where, region) as Goal,
      wanted,
      region: where,
    })),
  ))(loadStageConfig(RELEASED_STAGE));

/** Every goal in every region. */
export const GOALS: readonly Goal[] = REGIONAL_GOALS.map(({ goal }) => goal);

/** Requests that together reach a goal; each has to be allowed. */
export interface Attempt {
  readonly what: string;
  readonly asks: readonly Ask[];
  /** What holds although policies allow it, with what shows that it is there; an attempt with it is refused. */
  readonly heldBy?: string | undefined;
}

const FUNCTION_WAYS: readonly Situation[] = ['through our endpoint', 'from outside'];

/** The one resource of a type in a region whose name ends so. @throws PolicyError when there is none, or more than one. */
function only({ set }: AttackWorld['application'], region: string, type: string, ending: RegExp): Resource {
  const found = set.resources(type).filter((each) => each.region === region && ending.test(set.refOf(each)));
  const [first] = found;
  if (first === undefined || found.length > 1)
    throw new PolicyError('unknown-resource', type, `${found.length} resources stand for ${String(ending)}`);
  return first;
}

/** S3 Object Lock in compliance mode: nobody takes a locked version away before its time, the root user included. */
const lockOf = (bucket: Resource): string | undefined =>
  dig(bucket.property('ObjectLockConfiguration'), 'Rule', 'DefaultRetention', 'Mode') === 'COMPLIANCE'
    ? 'Object Lock'
    : undefined;

/** The routes of the APIs that ask for a signature: IAM says who may call them, and each API's own policy. @param within the region; all without */
export const signedRoutes = (world: AttackWorld, within?: string): ApiRoute[] =>
  world.application.set
    .resources('AWS::ApiGateway::RestApi')
    .filter(({ region }) => (within ?? region) === region)
    .flatMap((api) => routesOf(world.application.set, api))
    .filter(({ guard }) => guard === 'signature');

/** What the goals are about in one region, found in the templates. */
interface RegionTargets {
  readonly pictures: string;
  readonly records: string;
  readonly dataKey: string;
  readonly secretsKey: string;
  /** The secret of one client. */
  readonly clientSecret: string;
  readonly auditKey: string;
  /** Where sources and templates lie between the steps of a release. */
  readonly artifacts: string;
  /** Where accesses to buckets are logged, of both accounts. */
  readonly accessLogs: readonly string[];
  /** Where requests to the API are logged. */
  readonly apiLog: string;
  readonly vault: string;
  readonly vaultLocked: boolean;
}

/** What the goals are about of which there is one for all regions. */
interface OnceTargets {
  readonly signingKey: string;
  readonly evidence: Resource;
  readonly trailBucket: Resource;
  readonly trail: string;
  readonly trailLog: string;
  /** Where the trail of the account of the pipeline is watched. */
  readonly deliveryTrailLog: string;
  /** The trail of the account of the pipeline. */
  readonly deliveryTrail: string;
  readonly boundary: string;
}

/** What the goals are about. */
export interface Targets {
  readonly once: OnceTargets;
  readonly byRegion: ReadonlyMap<string, RegionTargets>;
}

/** The key behind an alias. @throws PolicyError when there is none, or more than one */
const keyOf = (of: AttackWorld['application'], region: string, alias: RegExp): string =>
  only(of, region, 'AWS::KMS::Alias', alias).text('TargetKeyId');

function targetsIn({ application, delivery }: AttackWorld, region: string): RegionTargets {
  const { set } = application;
  const vault = only(application, region, 'AWS::Backup::BackupVault', /./);
  const bucket = (of: AttackWorld['application'], name: string): string =>
    of.set.arnOf(only(of, region, 'AWS::S3::Bucket', new RegExp(`-${name}-\\d+-${region}$`)));
  const [clientSecret] = set
    .resources('AWS::SecretsManager::Secret')
    .filter((each) => each.region === region && /-client-.+-api-key$/.test(each.text('Name')));
  if (!clientSecret)
    throw new PolicyError(
      'unknown-resource',
      'AWS::SecretsManager::Secret',
      `no client has one in ${region}`,
    );
  return {
    pictures: bucket(application, 'pictures'),
    records: set.arnOf(only(application, region, 'AWS::DynamoDB::GlobalTable', /-DetectionLogs$/)),
    dataKey: keyOf(application, region, /-data$/),
    secretsKey: keyOf(application, region, /-secrets$/),
    clientSecret: set.refOf(clientSecret),
    auditKey: keyOf(application, region, /-audit$/),
    artifacts: bucket(delivery, 'delivery-artifacts'),
    accessLogs: [application, delivery].map((of) => bucket(of, 'access-logs')),
    apiLog: set.arnOf(only(application, region, 'AWS::Logs::LogGroup', /\/api\/access$/)),
    vault: set.attributeOf(vault, 'BackupVaultArn'),
    vaultLocked:
      vault.has('LockConfiguration') &&
      dig(vault.property('LockConfiguration'), 'ChangeableForDays') !== undefined,
  };
}

/** @throws PolicyError where the templates do not have what a goal is about, or have it twice */
export function targetsOf(world: AttackWorld): Targets {
  const { application, delivery, regions } = world;
  const [region] = regions;
  const arnOf = (of: AttackWorld['application'], type: string, ending: RegExp): string =>
    of.set.arnOf(only(of, region, type, ending));
  return {
    once: {
      signingKey: keyOf(delivery, region, /-evidence-signing$/),
      evidence: only(delivery, region, 'AWS::S3::Bucket', /-evidence-/),
      trailBucket: only(application, region, 'AWS::S3::Bucket', /-trail-/),
      trail: arnOf(application, 'AWS::CloudTrail::Trail', /-trail$/),
      deliveryTrail: arnOf(delivery, 'AWS::CloudTrail::Trail', /-trail$/),
      trailLog: arnOf(application, 'AWS::Logs::LogGroup', /\/audit\/trail$/),
      deliveryTrailLog: arnOf(delivery, 'AWS::Logs::LogGroup', /\/audit\/trail$/),
      boundary: application.set.refOf(
        only(application, region, 'AWS::IAM::ManagedPolicy', /-permissions-boundary$/),
      ),
    },
    byRegion: new Map(regions.map((each) => [each, targetsIn(world, each)])),
  };
}

/** Every attempt at a goal. Where it matters whether the request comes through our endpoint, both are tried. */
export function attemptsAt(goal: Goal, world: AttackWorld, { once, byRegion }: Targets): Attempt[] {
  const { wanted, region } = REGIONAL_GOALS.find((each) => each.goal === goal) ?? {};
  const targets = byRegion.get(region ?? '');
  if (wanted === undefined || region === undefined || targets === undefined)
    throw new RangeError(`There is no goal ${goal}.`);
  const [primary] = world.regions;
  const { account } = world.config;
  /** What is there once is asked for with what lies in the primary region. */
  const onlyOnce = (attempts: () => Attempt[]): Attempt[] => (region === primary ? attempts() : []);
  /** A request that names nothing is made in the region. */
  const here = region === primary ? undefined : { 'aws:RequestedRegion': region };
  /** IAM knows no regions: roles of the second are named after it. */
  const roleOf = (purpose: string): string =>
    `arn:aws:iam::${account}:role/serverlessapp-prod-${purpose}-role${region === primary ? '' : `-${region}`}`;
  const cloudFormation = world.holder(world.named('CloudFormation in production', region));
  const through = (service: string) => ({
    'kms:ViaService': `${service}.${region}.amazonaws.com`,
    'kms:GrantIsForAWSResource': 'false',
  });
  const arn = (service: string, name: string) => `arn:aws:${service}:${region}:${account}:${name}`;
  const ofDelivery = (service: string, name: string) =>
    `arn:aws:${service}:${region}:${world.config.deliveryAccount}:${name}`;
  const one = (action: string, resource: string, context?: Ask['context'], heldBy?: string): Attempt => ({
    what: action,
    asks: [{ action, resource, ...(context ? { context } : {}) }],
    heldBy,
  });
  /** Of no resource that has a name. */
  const any = (action: string): Attempt => one(action, '*', here);
  const gateway = (path: string) => `arn:aws:apigateway:${region}::${path}`;
  const decrypt = (service: string): Ask => ({
    action: 'kms:Decrypt',
    resource: targets.dataKey,
    situation: 'on behalf by a service',
    context: through(service),
  });
  const reading = (
    ways: readonly Situation[],
    actions: readonly (readonly [action: string, resource: string, context?: Ask['context'], how?: string])[],
    service: string,
  ) =>
    ways.flatMap((situation) =>
      actions.map(([action, resource, context, how = '']): Attempt => ({
        what: `${action}${how}${situation === 'from outside' ? ' from outside' : ''}`,
        asks: [{ action, resource, situation, ...(context ? { context } : {}) }, decrypt(service)],
      })),
    );
  const pictures = FOLDERS.flatMap((folder) =>
    ['s3:GetObject', 's3:GetObjectVersion'].map(
      (action) => [action, `${targets.pictures}/${folder}/0f8fad5b.jpg`] as const,
    ),
  );
  /** With an event such as API Gateway sends: what the function answers is whatever the event asks for, in anybody's name. */
  const calling = (id: FunctionId): Attempt[] =>
    ['', ':live'].map((alias) =>
      one('lambda:InvokeFunction', arn('lambda', `function:serverlessapp-prod-${id}${alias}`)),
    );
  /** Whoever calls a route holds what it answers, or has done what it does. @throws PolicyError when there is no such route */
  const callingRoute = (verb: string, path: string): Attempt => {
    const route = signedRoutes(world, region).find((each) => each.verb === verb && each.path === path);
    if (route === undefined)
      throw new PolicyError('unknown-resource', `${verb} ${path}`, 'the API has no such route');
    return { what: `${verb} ${path}`, asks: [{ action: 'execute-api:Invoke', resource: route.arn }] };
  };
  const records = [
    ['dynamodb:GetItem', targets.records],
    ['dynamodb:Scan', targets.records],
    ['dynamodb:Query', `${targets.records}/index/ByStatus`],
    ['dynamodb:GetRecords', `${targets.records}/stream/2026`],
    // A write answers what it wrote over. So does one whose condition fails, by a parameter without a key, or by failing
    // once for each guess. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
    ...['DeleteItem', 'PutItem', 'UpdateItem'].flatMap((operation) => {
      const action = `dynamodb:${operation}`;
      const ofRecord = contextOfCall(action);
      return [
        [
          action,
          targets.records,
          { ...ofRecord, 'dynamodb:ReturnValues': 'ALL_OLD' },
          ' that answers the item',
        ],
        [action, targets.records, ofRecord, ' whose condition fails'],
      ] as const;
    }),
  ] as const;
  /** By a link that is followed there; a signature needs no call, so whoever holds the credentials makes it. */
  const byLink = (where: string, context: Ask['context']): Attempt[] =>
    pictures.map(([action, resource]) => ({
      what: `${action} by a link${where}`,
      asks: [
        { action, resource, situation: 'by presigned URL', ...(context ? { context } : {}) },
        decrypt('s3'),
      ],
    }));
  const evidenceOnce = (): Attempt[] => {
    const trailBucket = world.application.set.arnOf(once.trailBucket);
    const evidence = world.delivery.set.arnOf(once.evidence);
    return [
      one('s3:DeleteObjectVersion', `${trailBucket}/AWSLogs/x`, undefined, lockOf(once.trailBucket)),
      one('s3:DeleteObjectVersion', `${evidence}/packs/x`, undefined, lockOf(once.evidence)),
      // A lock keeps versions; a delete marker hides them from whoever asks for the name.
      one('s3:DeleteObject', `${evidence}/packs/x`),
      one('s3:DeleteObject', `${trailBucket}/AWSLogs/x`),
      // A record that nobody wrote is one that hides another; logs of access lie under no lock.
      one('s3:PutObject', `${trailBucket}/AWSLogs/x`),
      one('cloudtrail:StopLogging', once.deliveryTrail),
      one('cloudtrail:DeleteTrail', once.deliveryTrail),
      one('s3:PutBucketPolicy', evidence),
      one('s3:PutLifecycleConfiguration', evidence),
      one('logs:DeleteMetricFilter', ofDelivery('logs', `log-group:/${DELIVERY_PREFIX}/audit/trail`)),
      one('logs:DeleteLogStream', ofDelivery('logs', `log-group:/aws/codebuild/${DELIVERY_PREFIX}`)),
      one('codebuild:BatchDeleteBuilds', ofDelivery('codebuild', `project/${DELIVERY_PREFIX}-sign`)),
      one('cloudwatch:DeleteAlarms', ofDelivery('cloudwatch', `alarm:${DELIVERY_PREFIX}-pipeline-changed`)),
      one('cloudtrail:StopLogging', once.trail),
      one('cloudtrail:DeleteTrail', once.trail),
      one('cloudtrail:PutEventSelectors', once.trail),
      one('s3:PutBucketPolicy', trailBucket),
      one('logs:DeleteLogGroup', once.trailLog),
      one('logs:DeleteLogStream', once.trailLog),
      one('logs:PutRetentionPolicy', once.trailLog),
      one('logs:DeleteMetricFilter', once.trailLog),
      // What a trail did not record. Lines elsewhere may add samples too, which quiet no alarm over lines: signal-not-lowered.
      ...[once.trailLog, once.deliveryTrailLog].map((log) => one('logs:PutLogEvents', log)),
      ...[trailBucket, evidence].map((bucket) => one('s3:PutBucketObjectLockConfiguration', bucket)),
    ];
  };
  const pipelineOnce = (): Attempt[] => [
    one('codepipeline:RollbackStage', ofDelivery('codepipeline', `${DELIVERY_PREFIX}/serverlessapp-prod`)),
    ...['codeconnections', 'codestar-connections'].flatMap((service) => [
      // Whose repository the source is read from.
      one(
        `${service}:UpdateConnectionInstallation`,
        ofDelivery(service, 'connection/11111111-2222-3333-4444-555555555555'),
      ),
      // Writing to it by the connection that it is read by.
      one(`${service}:UseConnection`, delivery.connectionArn, {
        [`${service}:FullRepositoryId`]: delivery.repository,
        [`${service}:ProviderPermissionsRequired`]: 'read_write',
      }),
    ]),
    // Of a commit that nobody merged: an execution takes any.
    // https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_SourceRevisionOverride.html
    one('codepipeline:StartPipelineExecution', ofDelivery('codepipeline', DELIVERY_PREFIX)),
    // Giving one of them is an approver's duty; whoever gives all lets in what he likes.
    {
      what: 'codepipeline:PutApprovalResult of every approval before the pipeline changes',
      asks: world.delivery.set
        .resources('AWS::CodePipeline::Pipeline')
        .flatMap((pipeline) => approvalsBeforeAnything(pipeline))
        .map((approval) => ({
          action: 'codepipeline:PutApprovalResult',
          resource: arnOfApproval(world, approval),
        })),
    },
  ];
  switch (wanted) {
    case 'read pictures':
      return [
        ...reading(FUNCTION_WAYS, pictures, 's3'),
        ...byLink('', undefined),
        ...byLink(' in a reviewer’s network', fromReviewers(world.config)),
        // Answers a link to the picture.
        callingRoute('GET', '/reviews/{id}'),
      ];
    case 'read records':
      return [
        ...reading(FUNCTION_WAYS, records, 'dynamodb'),
        ...['query', 'reviews'].flatMap((id) => calling(id as FunctionId)),
        callingRoute('GET', '/reviews'),
        callingRoute('GET', '/reviews/{id}'),
      ];
    case 'carry data away': {
      const foreign = (action: string, resource: string): Attempt => ({
        what: `${action} to another account`,
        asks: [{ action, resource, situation: 'through our endpoint', ...(here ? { context: here } : {}) }],
      });
      return [
        ...reading(['from outside'], pictures, 's3'),
        ...byLink('', undefined),
        ...reading(['from outside'], records, 'dynamodb'),
        callingRoute('GET', '/reviews'),
        callingRoute('GET', '/reviews/{id}'),
        foreign('s3:PutObject', `arn:aws:s3:::${FOREIGN_ACCOUNT}-bucket/loot`),
        foreign('dynamodb:PutItem', `arn:aws:dynamodb:${region}:${FOREIGN_ACCOUNT}:table/loot`),
        foreign('sns:Publish', `arn:aws:sns:${region}:${FOREIGN_ACCOUNT}:loot`),
        foreign('sqs:SendMessage', `arn:aws:sqs:${region}:${FOREIGN_ACCOUNT}:loot`),
        one('s3:PutReplicationConfiguration', targets.pictures),
        one('s3:CreateAccessPoint', arn('s3', 'accesspoint/x')),
        one('kms:CreateGrant', targets.dataKey, { 'kms:GrantIsForAWSResource': 'false' }),
        // What is restored lies under no policy of ours, and under the key that is asked for.
        one('dynamodb:RestoreTableToPointInTime', targets.records),
        one('dynamodb:RestoreTableFromBackup', arn('dynamodb', 'table/serverlessapp-prod-copy')),
        one('backup:StartRestoreJob', arn('backup', 'recovery-point:x')),
        one('dynamodb:ExportTableToPointInTime', targets.records),
        one('dynamodb:EnableKinesisStreamingDestination', targets.records),
        one('backup:PutBackupVaultAccessPolicy', targets.vault),
        one('ec2:CreateInternetGateway', arn('ec2', 'internet-gateway/*')),
        one('ec2:CreateNatGateway', arn('ec2', 'natgateway/*')),
        one('ec2:CreateVpcEndpoint', arn('ec2', 'vpc-endpoint/*'), {
          'ec2:VpceServiceOwner': FOREIGN_ACCOUNT,
        }),
        one('lambda:CreateFunction', arn('lambda', `function:serverlessapp-prod-outside`)),
        // A workflow posts whatever it is given to any address, and no network is asked.
        // https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html
        one('states:InvokeHTTPEndpoint', '*', {
          ...here,
          'states:HTTPEndpoint': 'https://elsewhere.example.net/loot',
        }),
        one('ram:CreateResourceShare', arn('ram', 'resource-share/x')),
        // A machine where nobody looks.
        ...onlyOnce(() => [
          one('ec2:RunInstances', `arn:aws:ec2:eu-west-3:${account}:instance/*`, {
            'aws:RequestedRegion': 'eu-west-3',
          }),
        ]),
      ];
    }
    case 'destroy pictures': {
      const writes: readonly Ask[] = [
        { action: 's3:PutObject', resource: `${targets.pictures}/cats/0f8fad5b.jpg` },
        {
          action: 'kms:GenerateDataKey',
          resource: targets.dataKey,
          situation: 'on behalf by a service',
          context: through('s3'),
        },
      ];
      return [
        ...FUNCTION_WAYS.flatMap((situation): Attempt[] => {
          const where = situation === 'from outside' ? ' from outside' : '';
          return [
            ...FOLDERS.map((folder): Attempt => ({
              what: `s3:DeleteObjectVersion of ${folder}/${where}`,
              asks: [
                {
                  action: 's3:DeleteObjectVersion',
                  resource: `${targets.pictures}/${folder}/0f8fad5b.jpg`,
                  situation,
                },
              ],
            })),
            {
              what: `s3:PutObject over cats/${where}`,
              asks: writes.map((ask) => ({ situation, ...ask })),
            },
          ];
        }),
        ...calling('erase'),
        callingRoute('DELETE', '/stewardship/images/{id}'),
        one('s3:PutLifecycleConfiguration', targets.pictures),
        one('s3:PutBucketVersioning', targets.pictures),
        one('s3:DeleteBucket', targets.pictures),
        one('kms:DisableKey', targets.dataKey),
        one('kms:ScheduleKeyDeletion', targets.dataKey),
      ];
    }
    case 'take a client’s key':
      return [
        {
          what: 'secretsmanager:GetSecretValue',
          asks: [
            { action: 'secretsmanager:GetSecretValue', resource: targets.clientSecret },
            {
              action: 'kms:Decrypt',
              resource: targets.secretsKey,
              situation: 'on behalf by a service',
              context: through('secretsmanager'),
            },
          ],
        },
        // The values come with the keys: https://docs.aws.amazon.com/apigateway/latest/api/API_GetApiKey.html
        one('apigateway:GET', gateway('/apikeys/x')),
        one('apigateway:GET', gateway('/usageplans/x/keys')),
        // The answer to a change of a key has its value, by AWS's page; who may not read keys is not said to get it without.
        // https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateApiKey.html
        one('apigateway:PATCH', gateway('/apikeys/x')),
        // A key of one's own making, in a client's plan and by a name that the API takes for a client's: nobody's is read.
        {
          what: 'apigateway:POST of a key',
          asks: [
            { action: 'apigateway:POST', resource: gateway('/apikeys') },
            { action: 'apigateway:POST', resource: gateway('/usageplans/x/keys') },
            { action: 'ssm:PutParameter', resource: arn('ssm', 'parameter/serverlessapp-prod/clients/x') },
          ],
        },
      ];
    case 'erase or silence evidence':
      return [
        ...onlyOnce(() => evidenceOnce()),
        ...targets.accessLogs.map((bucket) => one('s3:DeleteObjectVersion', `${bucket}/x`)),
        // Where a stage's access is logged.
        one('apigateway:PATCH', gateway('/restapis/x/stages/prod')),
        ...['DeleteLogGroup', 'DeleteLogStream', 'PutRetentionPolicy', 'DeleteMetricFilter'].map((action) =>
          one(`logs:${action}`, targets.apiLog),
        ),
        one('kms:DisableKey', targets.auditKey),
        one('kms:ScheduleKeyDeletion', targets.auditKey),
        one('kms:PutKeyPolicy', targets.auditKey),
        ...['DeleteAlarms', 'DisableAlarmActions'].map((action) =>
          one(
            `cloudwatch:${action}`,
            arn(
              'cloudwatch',
              `alarm:serverlessapp-prod-${region === primary ? 'trail-changed' : 'calls-refused'}`,
            ),
          ),
        ),
        one('cloudwatch:PutAlarmMuteRule', arn('cloudwatch', 'alarm-mute-rule:any')),
        ...['DisableRule', 'PutRule', 'PutTargets', 'RemoveTargets'].map((action) =>
          one(`events:${action}`, arn('events', 'rule/serverlessapp-prod-threat-found')),
        ),
        // Continuous backups of pictures are told of each change by a rule that AWS Backup makes.
        ...['DisableRule', 'RemoveTargets'].map((action) =>
          one(`events:${action}`, arn('events', 'rule/AwsBackupManagedRule-x')),
        ),
        one('sns:Unsubscribe', arn('sns', 'serverlessapp-prod-alerts')),
        one('sns:PutDataProtectionPolicy', arn('sns', 'serverlessapp-prod-alerts')),
        // A sum to which somebody adds less than nothing stays below its threshold, and a set of values may say what it likes.
        any('cloudwatch:PutMetricData'),
        any('config:PutExternalEvaluation'),
        one('access-analyzer:UpdateAnalyzer', arn('access-analyzer', 'analyzer/serverlessapp-prod')),
        any('securityhub:UpdateFindings'),
        one('config:StopConfigurationRecorder', arn('config', 'configuration-recorder/default')),
        one('config:PutConfigurationRecorder', arn('config', 'configuration-recorder/default')),
        one('guardduty:DeleteDetector', arn('guardduty', 'detector/x')),
        one('guardduty:CreateFilter', arn('guardduty', 'detector/x')),
        one(
          'backup:DeleteRecoveryPoint',
          arn('backup', 'recovery-point:x'),
          undefined,
          targets.vaultLocked ? 'vault lock' : undefined,
        ),
        one('backup:DeleteBackupPlan', arn('backup', 'backup-plan:x')),
        one('backup:DeleteBackupVault', targets.vault),
        one('backup:StopBackupJob', arn('backup', 'backup-job:x')),
        one('dynamodb:UpdateContinuousBackups', targets.records),
      ];
    case 'lift a control':
      return [
        ...onlyOnce(() => [
          one('iam:CreatePolicyVersion', once.boundary),
          // A session brings tags of its own, the approving one too: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
          one('iam:CreatePolicyVersion', once.boundary, {
            [`aws:PrincipalTag/${BOUNDARY_CHANGE_TAG}`]: 'approved',
          }),
          ...['permissions-boundary', 'deployment-pipeline'].map((policy) =>
            one(
              'iam:CreatePolicyVersion',
              `arn:aws:iam::${world.config.deliveryAccount}:policy/${DELIVERY_PREFIX}-${policy}`,
            ),
          ),
          one('iam:CreateRole', `arn:aws:iam::${account}:role/serverlessapp-prod-new-role`),
          one('iam:CreateRole', `arn:aws:iam::${account}:role/new`),
          one('iam:CreateUser', `arn:aws:iam::${account}:user/new`),
          one('iam:CreatePolicy', `arn:aws:iam::${account}:policy/serverlessapp-made-permissions-boundary`),
          one('organizations:LeaveOrganization', '*'),
          one('s3:PutAccountPublicAccessBlock', '*'),
        ]),
        one('iam:AttachRolePolicy', world.holder(world.named('CloudFormation in delivery', region)).arn),
        one('iam:UpdateAssumeRolePolicy', cloudFormation.arn),
        one('iam:DeleteRolePermissionsBoundary', roleOf('upload')),
        one('iam:PutRolePermissionsBoundary', roleOf('upload')),
        one('iam:PutRolePolicy', roleOf('upload')),
        one('iam:UpdateAssumeRolePolicy', roleOf('break-glass')),
        one('iam:AttachRolePolicy', cloudFormation.arn),
        one('s3:PutBucketPolicy', targets.pictures),
        one('dynamodb:DeleteResourcePolicy', targets.records),
        one('kms:PutKeyPolicy', targets.dataKey),
        one('ec2:ModifyVpcEndpoint', arn('ec2', 'vpc-endpoint/vpce-ours')),
        one('ec2:AuthorizeSecurityGroupEgress', arn('ec2', 'security-group/sg-ours')),
        any('wafv2:DisassociateWebACL'),
        one('wafv2:UpdateWebACL', arn('wafv2', 'regional/webacl/serverlessapp-prod-web-acl/x')),
        // Throttles and quotas of clients, and how many run at once.
        ...['/restapis/x/stages/prod', '/usageplans/x'].map((path) => one('apigateway:PATCH', gateway(path))),
        ...['DeleteFunctionConcurrency', 'PutFunctionConcurrency'].map((action) =>
          one(`lambda:${action}`, arn('lambda', 'function:serverlessapp-prod-analyze')),
        ),
        any('cloudformation:DeactivateType'),
        one('s3:PutBucketPublicAccessBlock', targets.pictures),
        one('s3:PutObjectAcl', `${targets.pictures}/cats/0f8fad5b.jpg`, { 's3:x-amz-acl': 'public-read' }),
        // Whose code answers a method, and what it is told of the caller.
        ...['integration', 'authorizer', ''].flatMap((part) =>
          ['DELETE', 'PATCH', 'POST', 'PUT'].map((verb) =>
            one(`apigateway:${verb}`, gateway(`/restapis/x/resources/y/methods/POST/${part}`)),
          ),
        ),
        one('apigateway:SetWebACL', gateway('/restapis/x/stages/live')),
        one('lambda:UpdateEventSourceMapping', arn('lambda', 'event-source-mapping:x')),
        one('states:StartSyncExecution', arn('states', 'stateMachine:serverlessapp-prod-classification')),
        one('sqs:PurgeQueue', arn('sqs', 'serverlessapp-prod-intake')),
        one('secretsmanager:PutSecretValue', targets.clientSecret),
        one('ssm:PutParameter', arn('ssm', 'parameter/serverlessapp-prod/x')),
        one('lambda:CreateFunctionUrlConfig', arn('lambda', 'function:serverlessapp-prod-analyze')),
        one('lambda:AddPermission', arn('lambda', 'function:serverlessapp-prod-analyze'), {
          'lambda:Principal': '*',
        }),
      ];
    case 'deploy unapproved': {
      const passing: Ask = {
        action: 'iam:PassRole',
        resource: cloudFormation.arn,
        context: { 'iam:PassedToService': 'cloudformation.amazonaws.com' },
      };
      const stack = arn(
        'cloudformation',
        `stack/serverlessapp-prod-${region === primary ? '' : 'recovery-'}processing/x`,
      );
      return [
        ...['CreateStack', 'UpdateStack', 'CreateChangeSet'].map((action): Attempt => ({
          what: `cloudformation:${action}`,
          asks: [{ action: `cloudformation:${action}`, resource: stack }, passing],
        })),
        ...['ContinueUpdateRollback', 'ExecuteChangeSet', 'RollbackStack'].map((action) =>
          one(`cloudformation:${action}`, stack),
        ),
        one('cloudformation:CreateStackInstances', arn('cloudformation', 'stackset/serverlessapp:x')),
        one('lambda:UpdateFunctionCode', arn('lambda', 'function:serverlessapp-prod-analyze')),
        // An older version was approved once, and may have been fixed since.
        one('lambda:UpdateAlias', arn('lambda', 'function:serverlessapp-prod-analyze')),
        one('codedeploy:CreateDeployment', arn('codedeploy', 'deploymentgroup:serverlessapp-prod/analyze')),
        one('states:UpdateStateMachine', arn('states', 'stateMachine:serverlessapp-prod-classification')),
        // What was approved is read from here, templates and then code; a name that is taken is published no more.
        ...Object.entries({
          'what was signed': `${targets.artifacts}/${DELIVERY_PREFIX}/Sign_Outpu/x`,
          'the code of a function': `arn:aws:s3:::${bootstrapBucket(account, region)}/0f8fad5b.zip`,
          'what the pipeline deploys of itself': `arn:aws:s3:::${bootstrapBucket(world.config.deliveryAccount, region)}/0f8fad5b.json`,
          ...(region === primary
            ? { 'the source': `${targets.artifacts}/${DELIVERY_PREFIX}/example_or/x` }
            : {}),
        }).map(([what, resource]): Attempt => ({
          what: `s3:PutObject over ${what}`,
          asks: [{ action: 's3:PutObject', resource }],
        })),
        ...onlyOnce(() => pipelineOnce()),
      ];
    }
    case 'sign unevaluated':
      return [
        one('kms:Sign', once.signingKey),
        one('kms:PutKeyPolicy', once.signingKey),
        one('kms:CreateGrant', once.signingKey, { 'kms:GrantIsForAWSResource': 'false' }),
        one('s3:PutObject', `${world.delivery.set.arnOf(once.evidence)}/packs/c0mm1t/1/manifest.json`),
        // Whoever asks for the key by its name gets another: an alias is authorized on itself and on the keys.
        // https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html
        ...['CreateAlias', 'DeleteAlias', 'UpdateAlias'].map((action): Attempt => ({
          what: `kms:${action} of the signing key`,
          asks: [ofDelivery('kms', `alias/${DELIVERY_PREFIX}-evidence-signing`), once.signingKey].map(
            (resource) => ({ action: `kms:${action}`, resource }),
          ),
        })),
      ];
  }
}
