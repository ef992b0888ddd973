import {
  BackupClient,
  CreateBackupPlanCommand,
  CreateBackupVaultCommand,
  DeleteBackupVaultLockConfigurationCommand,
  PutBackupVaultLockConfigurationCommand,
} from '@aws-sdk/client-backup';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateFlowLogsCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  DeleteFlowLogsCommand,
  EC2Client,
  ModifyVpcEndpointCommand,
} from '@aws-sdk/client-ec2';
import {
  AssociateWebACLCommand,
  CreateWebACLCommand,
  DisassociateWebACLCommand,
  GetWebACLCommand,
  type Rule as FirewallRule,
  UpdateWebACLCommand,
  WAFV2Client,
} from '@aws-sdk/client-wafv2';
import { CreateStateMachineCommand, SFNClient, UpdateStateMachineCommand } from '@aws-sdk/client-sfn';
import { CreateRestApiCommand, APIGatewayClient } from '@aws-sdk/client-api-gateway';
import {
  CloudTrailClient,
  CreateTrailCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  ConfigServiceClient,
  DeleteConfigRuleCommand,
  PutConfigRuleCommand,
  PutConfigurationRecorderCommand,
} from '@aws-sdk/client-config-service';
import {
  CreateTableCommand,
  DynamoDBClient,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketInventoryConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  AttachPolicyCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand as CreateOrganizationPolicyCommand,
  DetachPolicyCommand,
  ListRootsCommand,
  OrganizationsClient,
  type PolicyType,
  UpdatePolicyCommand,
} from '@aws-sdk/client-organizations';
import { CreateTopicCommand, SetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExpectedRegion, ExpectedResource } from '../../compliance/deployed/aspect';
import { asker } from '../../compliance/deployed/ask';
import { evaluateResources, observeResource } from '../../compliance/deployed/evaluate-resources';
import { LIVE_CHECKS } from '../../compliance/deployed/live/checks';
import { ASPECTS } from '../../compliance/deployed/readers/aspects';
import { askConfigHistory } from '../../compliance/series/config-history';
import { loadStageConfig } from '../../lib/config/load';
import {
  ORGANIZATION_POLICIES,
  type OrganizationPolicyName,
  organizationPolicy,
} from '../../lib/organization/organization-policies';
import { freeLoopbackPort } from '../../local/emulator/loopback';
import { startSupervised } from '../../local/emulator/supervised-process';
import { systemEnvironment } from '../../local/runtime/system-environment';
import { jsonCallsOf } from '../../tools/aws/json-call';
import type { Place } from '../../tools/aws/read-call';
import { silentProgress } from '../../tools/setup/progress';
import { ensurePythonTool } from '../../tools/setup/python-tools';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

jest.setTimeout(60_000);

const ACCOUNT = '123456789012';
const REGION = 'us-east-1';
const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

const WIDEST_OF_ENDPOINT = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::pictures/*' },
  ],
};
const DEFINITION = JSON.stringify({ StartAt: 'End', States: { End: { Type: 'Succeed' } } });
const logged = (level: 'ERROR') => ({
  level,
  includeExecutionData: false,
  destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: 'arn:aws:logs:x' } }],
});
const VISIBILITY = { SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName: 'edge' };
const firewallRule = (action: 'Block' | 'Count'): FirewallRule => ({
  Name: 'countries',
  Priority: 1,
  Action: { [action]: {} },
  Statement: { GeoMatchStatement: { CountryCodes: ['KP'] } },
  VisibilityConfig: VISIBILITY,
});

const BOUNDARY = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
};

/**
 * What MiniStack does not keep is asked of moto, which somebody else wrote: each setting as it was evaluated passes, and
 * changed it is named.
 */
describe('settings that MiniStack does not keep', () => {
  let stop: () => Promise<void> = () => Promise.resolve();
  let place: Place;
  let keyArn = '';
  let otherKeyArn = '';
  let boundary = '';
  const settings = () => ({ region: REGION, ...place.connection });
  const s3 = () => new S3Client({ ...settings(), forcePathStyle: true });
  const dynamodb = () => new DynamoDBClient(settings());
  const iam = () => new IAMClient(settings());
  const kms = () => new KMSClient(settings());
  const sns = () => new SNSClient(settings());
  const cloudTrail = () => new CloudTrailClient(settings());
  const config = () => new ConfigServiceClient(settings());
  const backup = () => new BackupClient(settings());
  const ec2 = () => new EC2Client(settings());
  const waf = () => new WAFV2Client(settings());
  const states = () => new SFNClient(settings());
  const logs = () => new CloudWatchLogsClient(settings());
  /** Ids that the emulator chooses. */
  const made: Record<string, string> = {};
  /** There is no client of it of the SDK's present line; the checks sign and send its calls themselves. */
  const resolver = jsonCallsOf({
    prefix: 'route53resolver',
    target: 'Route53Resolver',
    host: 'route53resolver',
  });

  beforeAll(async () => {
    const tool = await ensurePythonTool('moto', { progress: silentProgress });
    const port = await freeLoopbackPort();
    const directory = await mkdtemp(join(tmpdir(), 'moto-'));
    const supervised = startSupervised(
      [tool.python, '-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)],
      { directory, logFile: join(directory, 'moto.log'), env: { ...systemEnvironment(), HOME: directory } },
    );
    stop = async () => {
      await supervised.stop();
      await rm(directory, { recursive: true, force: true });
    };
    const endpoint = `http://127.0.0.1:${port}`;
    const isUp = () =>
      fetch(`${endpoint}/moto-api/`).then(
        ({ ok }) => ok,
        () => false,
      );
    for (let round = 0; !(await isUp()); round += 1) {
      if (round > 1000) throw new Error(`moto does not answer: ${join(directory, 'moto.log')}`);
      await delay(100);
    }
    const connection = {
      endpoint,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
      forcePathStyle: true,
    };
    place = { account: ACCOUNT, region: REGION, connection };
    keyArn = (await kms().send(new CreateKeyCommand({ KeyUsage: 'ENCRYPT_DECRYPT' }))).KeyMetadata?.Arn ?? '';
    otherKeyArn =
      (await kms().send(new CreateKeyCommand({ KeyUsage: 'ENCRYPT_DECRYPT' }))).KeyMetadata?.Arn ?? '';
    const { Policy } = await iam().send(
      new CreatePolicyCommand({ PolicyName: 'boundary', PolicyDocument: JSON.stringify(BOUNDARY) }),
    );
    boundary = Policy?.Arn ?? '';
    await s3().send(new CreateBucketCommand({ Bucket: 'logs' }));
    await s3().send(
      new PutBucketPolicyCommand({
        Bucket: 'logs',
        Policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'logging.s3.amazonaws.com' },
              Action: 's3:PutObject',
              Resource: 'arn:aws:s3:::logs/*',
            },
          ],
        }),
      }),
    );
  }, 240_000);
  afterAll(() => stop());

  const regionOf = (resource: ExpectedResource): ExpectedRegion => ({
    place,
    resources: [resource],
    everywhere: [resource],
  });
  async function verdict(
    rule: string,
    type: string,
    physicalId: string,
    properties: Record<string, unknown>,
  ): Promise<string> {
    const resource: ExpectedResource = {
      stack: 'serverlessapp-dev-test',
      logicalId: 'Evaluated',
      type,
      place,
      physicalId,
      properties,
    };
    const clock = () => new Date();
    const live = LIVE_CHECKS.find((check) => check.rule === rule);
    const askFor = asker(place);
    const rows =
      live === undefined
        ? await evaluateResources(
            regionOf(resource),
            askFor,
            clock,
            ASPECTS.filter((aspect) => aspect.rule === rule),
          )
        : await observeResource(live, regionOf(resource), askFor, clock);
    return rows.map(({ verdict: said, message }) => `${said}: ${message}`).join();
  }

  interface Case {
    readonly type: string;
    readonly physicalId: string | (() => string);
    readonly properties: () => Record<string, unknown>;
    readonly make: () => Promise<unknown>;
    readonly change: () => Promise<unknown>;
  }
  const bucket = (Bucket: string, make: () => Promise<unknown>) => async () => {
    await s3().send(new CreateBucketCommand({ Bucket }));
    await make();
  };
  const table =
    (TableName: string, make: () => Promise<unknown> = () => Promise.resolve()) =>
    async () => {
      await dynamodb().send(
        new CreateTableCommand({
          TableName,
          AttributeDefinitions: [{ AttributeName: 'ImageID', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'ImageID', KeyType: 'HASH' }],
          BillingMode: 'PAY_PER_REQUEST',
          SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: keyArn },
          DeletionProtectionEnabled: true,
        }),
      );
      await make();
    };
  const encrypt = (Bucket: string, KMSMasterKeyID: string) =>
    s3().send(
      new PutBucketEncryptionCommand({
        Bucket,
        ServerSideEncryptionConfiguration: {
          Rules: [
            {
              BucketKeyEnabled: true,
              ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID },
            },
          ],
        },
      }),
    );
  const forget = (Bucket: string, Days: number) =>
    s3().send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket,
        LifecycleConfiguration: {
          Rules: [{ ID: 'expire', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days } }],
        },
      }),
    );
  const log = (Bucket: string, TargetPrefix: string) =>
    s3().send(
      new PutBucketLoggingCommand({
        Bucket,
        BucketLoggingStatus: { LoggingEnabled: { TargetBucket: 'logs', TargetPrefix } },
      }),
    );
  const select = (category: string) =>
    cloudTrail().send(
      new PutEventSelectorsCommand({
        TrailName: 'selecting',
        AdvancedEventSelectors: [
          { Name: 'Management', FieldSelectors: [{ Field: 'eventCategory', Equals: [category] }] },
        ],
      }),
    );
  const trail = (Name: string) => async () => {
    await s3().send(new CreateBucketCommand({ Bucket: `${Name}-bucket` }));
    await cloudTrail().send(
      new CreateTrailCommand({
        Name,
        S3BucketName: `${Name}-bucket`,
        IsMultiRegionTrail: true,
        IncludeGlobalServiceEvents: true,
        EnableLogFileValidation: true,
      }),
    );
  };
  const recorder = (resourceTypes: string[]) =>
    config().send(
      new PutConfigurationRecorderCommand({
        ConfigurationRecorder: {
          name: 'recorder',
          roleARN: `arn:aws:iam::${ACCOUNT}:role/config`,
          recordingGroup: {
            allSupported: false,
            includeGlobalResourceTypes: false,
            resourceTypes: resourceTypes as never,
          },
        },
      }),
    );
  const configRule = (SourceIdentifier: string) =>
    config().send(
      new PutConfigRuleCommand({
        ConfigRule: { ConfigRuleName: 'rule', Source: { Owner: 'AWS', SourceIdentifier } },
      }),
    );

  const CASES: Readonly<Record<string, Case>> = {
    'bucket-encryption': {
      type: 'AWS::S3::Bucket',
      physicalId: 'encrypted',
      properties: () => ({
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            {
              BucketKeyEnabled: true,
              ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyArn },
            },
          ],
        },
      }),
      make: bucket('encrypted', () => encrypt('encrypted', keyArn)),
      change: () => encrypt('encrypted', otherKeyArn),
    },
    'bucket-retention': {
      type: 'AWS::S3::Bucket',
      physicalId: 'forgetting',
      properties: () => ({
        LifecycleConfiguration: { Rules: [{ Id: 'expire', Status: 'Enabled', ExpirationInDays: 30 }] },
      }),
      make: bucket('forgetting', () => forget('forgetting', 30)),
      change: () => forget('forgetting', 3000),
    },
    'bucket-access-log': {
      type: 'AWS::S3::Bucket',
      physicalId: 'logged',
      properties: () => ({
        LoggingConfiguration: { DestinationBucketName: 'logs', LogFilePrefix: 'logged/' },
      }),
      make: bucket('logged', () => log('logged', 'logged/')),
      change: () => s3().send(new PutBucketLoggingCommand({ Bucket: 'logged', BucketLoggingStatus: {} })),
    },
    'table-encryption': {
      type: 'AWS::DynamoDB::GlobalTable',
      physicalId: 'kept',
      properties: () => ({
        Replicas: [
          { Region: REGION, DeletionProtectionEnabled: true, SSESpecification: { KMSMasterKeyId: keyArn } },
        ],
      }),
      make: table('kept'),
      change: () =>
        dynamodb().send(new UpdateTableCommand({ TableName: 'kept', DeletionProtectionEnabled: false })),
    },
    'table-recovery': {
      type: 'AWS::DynamoDB::GlobalTable',
      physicalId: 'recoverable',
      properties: () => ({
        Replicas: [
          { Region: REGION, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
        ],
      }),
      make: table('recoverable', () => recover(true)),
      change: () => recover(false),
    },
    'table-retention': {
      type: 'AWS::DynamoDB::GlobalTable',
      physicalId: 'expiring',
      properties: () => ({ TimeToLiveSpecification: { Enabled: true, AttributeName: 'ExpiresAt' } }),
      make: table('expiring', () => expire(true)),
      change: () => expire(false),
    },
    'role-trust': {
      type: 'AWS::IAM::Role',
      physicalId: 'bounded',
      properties: () => ({ AssumeRolePolicyDocument: TRUST, PermissionsBoundary: boundary }),
      make: () =>
        iam().send(
          new CreateRoleCommand({
            RoleName: 'bounded',
            AssumeRolePolicyDocument: JSON.stringify(TRUST),
            PermissionsBoundary: boundary,
          }),
        ),
      change: () => iam().send(new DeleteRolePermissionsBoundaryCommand({ RoleName: 'bounded' })),
    },
    'topic-encryption': {
      type: 'AWS::SNS::Topic',
      physicalId: `arn:aws:sns:${REGION}:${ACCOUNT}:alerts`,
      properties: () => ({ KmsMasterKeyId: keyArn }),
      make: () =>
        sns().send(new CreateTopicCommand({ Name: 'alerts', Attributes: { KmsMasterKeyId: keyArn } })),
      change: () =>
        sns().send(
          new SetTopicAttributesCommand({
            TopicArn: `arn:aws:sns:${REGION}:${ACCOUNT}:alerts`,
            AttributeName: 'KmsMasterKeyId',
            AttributeValue: otherKeyArn,
          }),
        ),
    },
    'trail-settings': {
      type: 'AWS::CloudTrail::Trail',
      physicalId: 'watching',
      properties: () => ({
        TrailName: 'watching',
        S3BucketName: 'watching-bucket',
        IsMultiRegionTrail: true,
        IncludeGlobalServiceEvents: true,
        EnableLogFileValidation: true,
      }),
      make: trail('watching'),
      change: () =>
        cloudTrail().send(
          new UpdateTrailCommand({
            Name: 'watching',
            EnableLogFileValidation: false,
            IsMultiRegionTrail: false,
          }),
        ),
    },
    'trail-selectors': {
      type: 'AWS::CloudTrail::Trail',
      physicalId: 'selecting',
      properties: () => ({
        TrailName: 'selecting',
        AdvancedEventSelectors: [
          { Name: 'Management', FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] },
        ],
      }),
      make: async () => {
        await trail('selecting')();
        await select('Management');
      },
      change: () => select('Data'),
    },
    'trail-delivers': {
      type: 'AWS::CloudTrail::Trail',
      physicalId: 'delivering',
      properties: () => ({ TrailName: 'delivering' }),
      make: async () => {
        await trail('delivering')();
        await cloudTrail().send(new StartLoggingCommand({ Name: 'delivering' }));
      },
      change: () => cloudTrail().send(new StopLoggingCommand({ Name: 'delivering' })),
    },
    'config-recorder': {
      type: 'AWS::Config::ConfigurationRecorder',
      physicalId: 'recorder',
      properties: () => ({
        Name: 'recorder',
        RoleARN: `arn:aws:iam::${ACCOUNT}:role/config`,
        RecordingGroup: { AllSupported: false, ResourceTypes: ['AWS::S3::Bucket', 'AWS::KMS::Key'] },
      }),
      make: () => recorder(['AWS::S3::Bucket', 'AWS::KMS::Key']),
      change: () => recorder(['AWS::S3::Bucket']),
    },
    'config-rule': {
      type: 'AWS::Config::ConfigRule',
      physicalId: 'rule',
      properties: () => ({
        ConfigRuleName: 'rule',
        Source: { Owner: 'AWS', SourceIdentifier: 'S3_BUCKET_VERSIONING_ENABLED' },
      }),
      make: async () => configRule('S3_BUCKET_VERSIONING_ENABLED'),
      change: () => config().send(new DeleteConfigRuleCommand({ ConfigRuleName: 'rule' })),
    },
    'bucket-outlets': {
      type: 'AWS::S3::Bucket',
      physicalId: 'listed',
      properties: () => ({}),
      make: bucket('listed', () => Promise.resolve()),
      change: () =>
        s3().send(
          new PutBucketInventoryConfigurationCommand({
            Bucket: 'listed',
            Id: 'every-key',
            InventoryConfiguration: {
              Id: 'every-key',
              IsEnabled: true,
              IncludedObjectVersions: 'All',
              Schedule: { Frequency: 'Daily' },
              Destination: { S3BucketDestination: { Bucket: 'arn:aws:s3:::logs', Format: 'CSV' } },
            },
          }),
        ),
    },
    'backup-vault': {
      type: 'AWS::Backup::BackupVault',
      physicalId: 'vault',
      properties: () => ({
        BackupVaultName: 'vault',
        EncryptionKeyArn: keyArn,
        LockConfiguration: { MinRetentionDays: 30, MaxRetentionDays: 400 },
      }),
      make: async () => {
        await backup().send(
          new CreateBackupVaultCommand({ BackupVaultName: 'vault', EncryptionKeyArn: keyArn }),
        );
        await backup().send(
          new PutBackupVaultLockConfigurationCommand({
            BackupVaultName: 'vault',
            MinRetentionDays: 30,
            MaxRetentionDays: 400,
          }),
        );
      },
      change: () =>
        backup().send(new DeleteBackupVaultLockConfigurationCommand({ BackupVaultName: 'vault' })),
    },
    'backup-plan': {
      type: 'AWS::Backup::BackupPlan',
      physicalId: () => made['plan'] ?? '',
      properties: () => ({
        BackupPlan: {
          BackupPlanRule: [
            {
              RuleName: 'daily',
              TargetBackupVault: made['changed'] ?? 'vault',
              ScheduleExpression: 'cron(0 3 * * ? *)',
            },
          ],
        },
      }),
      make: async () => {
        const { BackupPlanId = '' } = await backup().send(
          new CreateBackupPlanCommand({
            BackupPlan: {
              BackupPlanName: 'plan',
              Rules: [
                {
                  RuleName: 'daily',
                  TargetBackupVaultName: 'vault',
                  ScheduleExpression: 'cron(0 3 * * ? *)',
                },
              ],
            },
          }),
        );
        made['plan'] = BackupPlanId;
      },
      // This emulator changes no plan: what is evaluated becomes another instead.
      change: () => Promise.resolve((made['changed'] = 'another-vault')),
    },
    'endpoint-policy': {
      type: 'AWS::EC2::VPCEndpoint',
      physicalId: () => made['endpoint'] ?? '',
      properties: () => ({ PolicyDocument: WIDEST_OF_ENDPOINT }),
      make: async () => {
        const { Vpc } = await ec2().send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
        made['vpc'] = Vpc?.VpcId ?? '';
        const { VpcEndpoint } = await ec2().send(
          new CreateVpcEndpointCommand({
            VpcId: made['vpc'],
            ServiceName: `com.amazonaws.${REGION}.s3`,
            VpcEndpointType: 'Gateway',
            PolicyDocument: JSON.stringify(WIDEST_OF_ENDPOINT),
          }),
        );
        made['endpoint'] = VpcEndpoint?.VpcEndpointId ?? '';
      },
      change: () =>
        ec2().send(
          new ModifyVpcEndpointCommand({
            VpcEndpointId: made['endpoint'],
            PolicyDocument: JSON.stringify({
              ...WIDEST_OF_ENDPOINT,
              Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
            }),
          }),
        ),
    },
    'flow-log': {
      type: 'AWS::EC2::FlowLog',
      physicalId: () => made['flowLog'] ?? '',
      properties: () => ({
        ResourceId: made['vpc'],
        TrafficType: 'ALL',
        LogGroupName: 'flow',
        DeliverLogsPermissionArn: `arn:aws:iam::${ACCOUNT}:role/flow`,
        MaxAggregationInterval: 60,
      }),
      make: async () => {
        await logs().send(new CreateLogGroupCommand({ logGroupName: 'flow' }));
        const { FlowLogIds = [] } = await ec2().send(
          new CreateFlowLogsCommand({
            ResourceIds: [made['vpc'] ?? ''],
            ResourceType: 'VPC',
            TrafficType: 'ALL',
            LogGroupName: 'flow',
            DeliverLogsPermissionArn: `arn:aws:iam::${ACCOUNT}:role/flow`,
            MaxAggregationInterval: 60,
          }),
        );
        made['flowLog'] = FlowLogIds[0] ?? '';
      },
      change: () => ec2().send(new DeleteFlowLogsCommand({ FlowLogIds: [made['flowLog'] ?? ''] })),
    },
    'workflow-settings': {
      type: 'AWS::StepFunctions::StateMachine',
      physicalId: () => made['machine'] ?? '',
      properties: () => ({
        DefinitionString: DEFINITION,
        RoleArn: `arn:aws:iam::${ACCOUNT}:role/workflow`,
        StateMachineType: 'EXPRESS',
        LoggingConfiguration: {
          Level: 'ERROR',
          IncludeExecutionData: false,
          Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: 'arn:aws:logs:x' } }],
        },
        TracingConfiguration: { Enabled: true },
        EncryptionConfiguration: {
          Type: 'CUSTOMER_MANAGED_KMS_KEY',
          KmsKeyId: keyArn,
          KmsDataKeyReusePeriodSeconds: 300,
        },
      }),
      make: async () => {
        await iam().send(
          new CreateRoleCommand({ RoleName: 'workflow', AssumeRolePolicyDocument: JSON.stringify(TRUST) }),
        );
        const { stateMachineArn = '' } = await states().send(
          new CreateStateMachineCommand({
            name: 'workflow',
            definition: DEFINITION,
            roleArn: `arn:aws:iam::${ACCOUNT}:role/workflow`,
            type: 'EXPRESS',
            loggingConfiguration: logged('ERROR'),
            tracingConfiguration: { enabled: true },
            encryptionConfiguration: {
              type: 'CUSTOMER_MANAGED_KMS_KEY',
              kmsKeyId: keyArn,
              kmsDataKeyReusePeriodSeconds: 300,
            },
          }),
        );
        made['machine'] = stateMachineArn;
      },
      change: () =>
        states().send(
          new UpdateStateMachineCommand({
            stateMachineArn: made['machine'],
            loggingConfiguration: { level: 'OFF' },
          }),
        ),
    },
    'firewall-rules': {
      type: 'AWS::WAFv2::WebACL',
      physicalId: () => made['webAcl'] ?? '',
      properties: () => ({ DefaultAction: { Allow: {} }, Rules: [firewallRule('Block')] }),
      make: async () => {
        const { Summary } = await waf().send(
          new CreateWebACLCommand({
            Name: 'edge',
            Scope: 'REGIONAL',
            DefaultAction: { Allow: {} },
            VisibilityConfig: VISIBILITY,
            Rules: [firewallRule('Block')],
          }),
        );
        made['webAcl'] = `edge|${Summary?.Id ?? ''}|REGIONAL`;
        made['webAclArn'] = Summary?.ARN ?? '';
      },
      change: async () => {
        const at = { Name: 'edge', Id: made['webAcl']?.split('|')[1], Scope: 'REGIONAL' as const };
        const { LockToken } = await waf().send(new GetWebACLCommand(at));
        await waf().send(
          new UpdateWebACLCommand({
            ...at,
            LockToken,
            DefaultAction: { Allow: {} },
            VisibilityConfig: VISIBILITY,
            Rules: [firewallRule('Count')],
          }),
        );
      },
    },
    'firewall-association': {
      type: 'AWS::WAFv2::WebACLAssociation',
      physicalId: 'association',
      properties: () => ({ WebACLArn: made['webAclArn'], ResourceArn: made['stage'] }),
      make: async () => {
        const { id = '' } = await new APIGatewayClient(settings()).send(
          new CreateRestApiCommand({ name: 'api' }),
        );
        made['stage'] = `arn:aws:apigateway:${REGION}::/restapis/${id}/stages/live`;
        await waf().send(
          new AssociateWebACLCommand({ WebACLArn: made['webAclArn'], ResourceArn: made['stage'] }),
        );
      },
      change: () => waf().send(new DisassociateWebACLCommand({ ResourceArn: made['stage'] })),
    },
    'dns-query-log': {
      type: 'AWS::Route53Resolver::ResolverQueryLoggingConfig',
      physicalId: () => made['queryLog'] ?? '',
      properties: () => ({
        DestinationArn: made['elsewhere'] ?? `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:flow`,
      }),
      make: async () => {
        const create = resolver<object, { ResolverQueryLogConfig: { Id: string } }>(
          'CreateResolverQueryLogConfig',
          z.object({ ResolverQueryLogConfig: z.object({ Id: z.string() }) }),
        );
        const { ResolverQueryLogConfig } = await create.send(place, {
          Name: 'questions',
          DestinationArn: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:flow`,
          CreatorRequestId: 'once',
        });
        made['queryLog'] = ResolverQueryLogConfig.Id;
      },
      // A log of questions cannot be changed: what is evaluated becomes another instead.
      change: () => Promise.resolve((made['elsewhere'] = 'arn:aws:s3:::elsewhere')),
    },
  };
  const recover = (PointInTimeRecoveryEnabled: boolean) =>
    dynamodb().send(
      new UpdateContinuousBackupsCommand({
        TableName: 'recoverable',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled },
      }),
    );
  const expire = (Enabled: boolean) =>
    dynamodb().send(
      new UpdateTimeToLiveCommand({
        TableName: 'expiring',
        TimeToLiveSpecification: { Enabled, AttributeName: 'ExpiresAt' },
      }),
    );

  // In this order: what comes later stands on what came before.
  test.each(Object.keys(CASES))('%s: as expected passes, changed is named', async (rule) => {
    const one = CASES[rule];
    if (one === undefined) throw new Error(rule);
    await one.make();
    const { physicalId: id } = one;
    const ask = () => verdict(rule, one.type, typeof id === 'string' ? id : id(), one.properties());
    expect(await ask()).toMatch(/^compliant: /);
    await one.change();
    expect(await ask()).toMatch(/^non-compliant: /);
  });

  test('AWS Config is asked for the past of a resource, by its id and by its name; what it does not know is said', async () => {
    const StackName = 'serverlessapp-dev-history';
    await new CloudFormationClient(settings()).send(
      new CreateStackCommand({
        StackName,
        TemplateBody: JSON.stringify({
          Resources: {
            Pictures: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'with-a-past' } },
            Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'unrecorded' } },
          },
        }),
      }),
    );
    const environment = `aws://${ACCOUNT}/${REGION}`;
    const [from, to] = [new Date(Date.now() + 1_000), new Date(Date.now() + 86_400_000)];
    const history = await askConfigHistory(
      [
        { stack: StackName, logicalId: 'Pictures', type: 'AWS::S3::Bucket', environment },
        { stack: StackName, logicalId: 'Queue', type: 'AWS::SQS::Queue', environment },
        { stack: StackName, logicalId: 'Gone', type: 'AWS::S3::Bucket', environment },
      ],
      from,
      to,
      () => place,
    );
    // This emulator knows the bucket by its id, and writes the time of its item in a form that the SDK does not read: what cannot be
    // read is a row as well. Histories in AWS's form: test/unit/compliance/config-history.test.ts.
    expect(history.map(({ state }) => state)).toEqual(['could not ask', 'not recorded', 'not recorded']);
    expect(history.map(({ text }) => text)).toEqual([
      expect.stringContaining('HTTP 200'),
      expect.stringMatching(/^AWS Config has not recorded /),
      'it is not in the account today; ask by its id of then',
    ]);
  });

  test('organization-policies: what is attached above the account passes, changed or taken away is named', async () => {
    const organizations = new OrganizationsClient(settings());
    await organizations.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
    const { Roots = [] } = await organizations.send(new ListRootsCommand({}));
    const RootId = Roots[0]?.Id ?? '';
    const dev = loadStageConfig('dev');
    const attach = async (name: OrganizationPolicyName): Promise<string> => {
      const Type = ORGANIZATION_POLICIES[name] as PolicyType;
      const { Policy } = await organizations.send(
        new CreateOrganizationPolicyCommand({
          Name: name,
          Description: name,
          Type,
          Content: JSON.stringify(organizationPolicy(name, dev)),
        }),
      );
      const PolicyId = Policy?.PolicySummary?.Id ?? '';
      await organizations.send(new AttachPolicyCommand({ PolicyId, TargetId: RootId }));
      return PolicyId;
    };
    const check = LIVE_CHECKS.find(({ rule }) => rule === 'organization-policies');
    if (check === undefined) throw new Error('no such check');
    const ask = async () => {
      const vpc = { stack: 'serverlessapp-dev-network', logicalId: 'Vpc', type: 'AWS::EC2::VPC', place };
      const region = regionOf({ ...vpc, physicalId: 'vpc-1', properties: {} });
      const rows = await observeResource(check, region, asker(place), () => new Date());
      return Object.fromEntries(
        rows.map(({ resource, verdict: said, message }) => [resource, `${said}: ${message}`]),
      );
    };
    const attached = {
      regions: await attach('scp-regions'),
      perimeter: await attach('scp-perimeter'),
      organization: await attach('scp-organization'),
      optOut: await attach('ai-services-opt-out'),
    };
    const before = await ask();
    // Dev stands outside of the regulated unit.
    expect(Object.keys(before).sort()).toEqual([
      'ai-services-opt-out',
      'declarative-ec2',
      'rcp-perimeter',
      'scp-organization',
      'scp-perimeter',
      'scp-regions',
    ]);
    for (const name of ['scp-regions', 'scp-perimeter', 'scp-organization', 'ai-services-opt-out'])
      expect([name, before[name]]).toEqual([name, `compliant: attached to ${RootId}`]);
    expect(before['rcp-perimeter']).toBe(
      'non-compliant: it is attached neither to the account nor to a unit above it',
    );
    // This emulator does not know the type: a row, and none of the others is hidden by it.
    expect(before['declarative-ec2']).toMatch(/^error: Could not ask/);
    const weaker = organizationPolicy('scp-perimeter', dev) as { Statement: { Sid: string }[] };
    await organizations.send(
      new UpdatePolicyCommand({
        PolicyId: attached.perimeter,
        Content: JSON.stringify({
          ...weaker,
          Statement: weaker.Statement.filter(({ Sid }) => Sid !== 'NoWayToTheInternet'),
        }),
      }),
    );
    await organizations.send(new DetachPolicyCommand({ PolicyId: attached.regions, TargetId: RootId }));
    const after = await ask();
    expect(after['scp-perimeter']).toMatch(
      /^non-compliant: Statement\[NoWayToTheInternet\]: expected .*, attached nothing/,
    );
    expect(after['scp-regions']).toMatch(/^non-compliant: it is attached neither/);
    expect(after['scp-organization']).toMatch(/^compliant/);
  });
});
