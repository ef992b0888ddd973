import {
  APIGatewayClient,
  CreateStageCommand,
  GetUsagePlansCommand,
  UpdateUsagePlanCommand,
} from '@aws-sdk/client-api-gateway';
import { BackupClient, CreateBackupPlanCommand } from '@aws-sdk/client-backup';
import { CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { CloudTrailClient, CreateTrailCommand } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient, DisableAlarmActionsCommand } from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  DescribeMetricFiltersCommand,
  PutSubscriptionFilterCommand,
  PutMetricFilterCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  AssociateDhcpOptionsCommand,
  AttachInternetGatewayCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateDhcpOptionsCommand,
  CreateInternetGatewayCommand,
  CreateNetworkInterfaceCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  EC2Client,
  ModifySubnetAttributeCommand,
  ReplaceRouteTableAssociationCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateArchiveCommand,
  DisableRuleCommand,
  EventBridgeClient,
  ListTargetsByRuleCommand,
  PutPermissionCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateGrantCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  GetKeyPolicyCommand,
  KMSClient,
  PutKeyPolicyCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms';
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  CreateFunctionUrlConfigCommand,
  LambdaClient,
  PutFunctionEventInvokeConfigCommand,
  UpdateAliasCommand as UpdateFunctionAliasCommand,
  UpdateEventSourceMappingCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import {
  DeletePublicAccessBlockCommand,
  PutBucketCorsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3';
import {
  CreateScheduleCommand,
  GetScheduleCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { PutResourcePolicyCommand, UpdateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { CreateAccessPointCommand, S3ControlClient } from '@aws-sdk/client-s3-control';
import { CreateStateMachineCommand } from '@aws-sdk/client-sfn';
import { strToU8, zipSync } from 'fflate';
import { SetTopicAttributesCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { clientSettings } from '../../../local/emulator/clients';
import type { TestSystem } from './test-system';

/** A change that somebody makes without CloudFormation, and the check that must name it. */
export interface PlantedDrift {
  readonly rule: string;
  /** How the logical id of what was changed begins; its type where it has none and nobody chose its name. */
  readonly resource: string;
  readonly plant: () => Promise<unknown>;
}

/** Who has no business in the account. */
const STRANGER = '999900001111';
const openTo = (action: string, resource: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Stranger',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${STRANGER}:root` },
        Action: action,
        Resource: resource,
      },
    ],
  });

/** Ids of the deployed resources, by the beginning of their logical ids. */
export type PhysicalId = (stack: string, logicalId: string) => string;

/** Every change, one for each kind of setting that the embedded AWS keeps. */
export function plantedDrift({ aws }: TestSystem, physical: PhysicalId): PlantedDrift[] {
  const { clients, emulator, names, config } = aws;
  const settings = clientSettings(emulator);
  const kms = new KMSClient(settings);
  const lambda = new LambdaClient(settings);
  const ec2 = new EC2Client(settings);
  const logs = new CloudWatchLogsClient(settings);
  const cloudWatch = new CloudWatchClient(settings);
  const events = new EventBridgeClient(settings);
  const scheduler = new SchedulerClient(settings);
  const apiGateway = new APIGatewayClient(settings);
  const keyOf = (domain: string): string => physical('keys', `${domain}Key`);
  const queue = (name: string): string => `${emulator.endpoint}/${config.account}/${name}`;
  const of = (rule: string, resource: string, plant: () => Promise<unknown>): PlantedDrift => ({
    rule,
    resource,
    // So that what is thrown on the way is a refusal as well.
    plant: async () => plant(),
  });
  const { pictureBucket: Bucket } = names;
  const trust = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  });
  const code = zipSync({ 'index.js': strToU8('exports.handler = async (event) => event;') });
  /** What somebody does who knows the templates, and keeps away from what they say. */
  const insiders = (): PlantedDrift[] => [
    of('bucket-access-points', 'Pictures', () =>
      new S3ControlClient(settings).send(
        new CreateAccessPointCommand({ AccountId: config.account, Bucket, Name: 'reports' }),
      ),
    ),
    of('log-subscribers', 'FunctionsQueryLogs', () =>
      logs.send(
        new PutSubscriptionFilterCommand({
          logGroupName: `/aws/lambda/${names.of('query')}`,
          filterName: 'reports',
          filterPattern: '',
          destinationArn: `arn:aws:lambda:${config.region}:${config.account}:function:${names.of('upload')}`,
        }),
      ),
    ),
    of('function-qualifiers', 'FunctionsUploadFunction', () =>
      lambda.send(
        new CreateAliasCommand({
          FunctionName: names.of('upload'),
          Name: 'reports',
          FunctionVersion: '$LATEST',
        }),
      ),
    ),
    of('function-code', 'FunctionsNotifyFunctionCurrentVersion', () =>
      lambda.send(new UpdateFunctionCodeCommand({ FunctionName: names.of('notify'), ZipFile: code })),
    ),
    of('function-outlets', 'FunctionsIntakeFunction', () =>
      lambda.send(
        new PutFunctionEventInvokeConfigCommand({
          FunctionName: names.of('intake'),
          DestinationConfig: {
            OnSuccess: { Destination: names.queueArn(names.failureQueue) },
          },
        }),
      ),
    ),
    of('account-unevaluated', 'reports-role', () =>
      clients.iam.send(new CreateRoleCommand({ RoleName: 'reports-role', AssumeRolePolicyDocument: trust })),
    ),
    of('account-unevaluated', 'reports-user', () =>
      clients.iam.send(new CreateUserCommand({ UserName: 'reports-user' })),
    ),
    of('account-unevaluated', 'reports-function', () =>
      lambda.send(
        new CreateFunctionCommand({
          FunctionName: 'reports-function',
          Runtime: 'nodejs22.x',
          Handler: 'index.handler',
          Role: names.roleArn('query'),
          Code: { ZipFile: code },
        }),
      ),
    ),
    // A second reader of the queue, by the function that nobody evaluated; nobody chose its id.
    of('account-unevaluated', 'AWS::Lambda::EventSourceMapping', () =>
      lambda.send(
        new CreateEventSourceMappingCommand({
          FunctionName: 'reports-function',
          EventSourceArn: names.queueArn(names.intakeQueue),
          Enabled: false,
        }),
      ),
    ),
    of('account-unevaluated', 'reports-rule', async () => {
      await events.send(
        new PutRuleCommand({
          Name: 'reports-rule',
          EventPattern: JSON.stringify({ source: ['aws.s3'] }),
          State: 'ENABLED',
        }),
      );
      await events.send(
        new PutTargetsCommand({
          Rule: 'reports-rule',
          Targets: [
            {
              Id: 'elsewhere',
              Arn: `arn:aws:events:${config.region}:${STRANGER}:event-bus/default`,
              RoleArn: names.roleArn('query'),
            },
          ],
        }),
      );
    }),
    of('account-unevaluated', 'default|reports-schedule', () =>
      scheduler.send(
        new CreateScheduleCommand({
          Name: 'reports-schedule',
          ScheduleExpression: 'rate(1 hour)',
          FlexibleTimeWindow: { Mode: 'OFF' },
          Target: {
            Arn: `arn:aws:lambda:${config.region}:${config.account}:function:reports-function`,
            RoleArn: names.roleArn('query'),
          },
        }),
      ),
    ),
    of('account-unevaluated', `arn:aws:states:${config.region}:${config.account}:stateMachine:reports`, () =>
      clients.sfn.send(
        new CreateStateMachineCommand({
          name: 'reports',
          roleArn: names.roleArn('query'),
          definition: JSON.stringify({ StartAt: 'End', States: { End: { Type: 'Succeed' } } }),
        }),
      ),
    ),
    of('account-unevaluated', 'reports-trail', () =>
      new CloudTrailClient(settings).send(
        new CreateTrailCommand({ Name: 'reports-trail', S3BucketName: names.accessLogBucket }),
      ),
    ),
    of('account-unevaluated', 'AWS::Backup::BackupPlan', () =>
      new BackupClient(settings).send(
        new CreateBackupPlanCommand({
          BackupPlan: {
            BackupPlanName: 'reports',
            Rules: [{ RuleName: 'reports', TargetBackupVaultName: names.backupVault }],
          },
        }),
      ),
    ),
    of('event-rule', 'backupjobfailedRule', async () => {
      const Rule = names.of('backup-job-failed');
      const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule }));
      await events.send(new RemoveTargetsCommand({ Rule, Ids: Targets.map(({ Id }) => String(Id)) }));
    }),
    of('events-stay-here', 'default', async () => {
      await events.send(
        new PutPermissionCommand({ StatementId: 'reports', Action: 'events:PutEvents', Principal: STRANGER }),
      );
      await events.send(
        new CreateArchiveCommand({
          ArchiveName: 'reports',
          EventSourceArn: `arn:aws:events:${config.region}:${config.account}:event-bus/default`,
        }),
      );
    }),
    of('api-stages', 'Api', () =>
      apiGateway.send(
        new CreateStageCommand({
          restApiId: physical('api', 'Api'),
          stageName: 'reports',
          deploymentId: physical('api', 'ApiDeployment'),
        }),
      ),
    ),
    of('secret-policy', 'Secretdemo', () =>
      clients.secretsManager.send(
        new PutResourcePolicyCommand({
          SecretId: names.clientSecret('demo'),
          ResourcePolicy: openTo('secretsmanager:GetSecretValue', '*'),
        }),
      ),
    ),
    of('role-trust', 'FunctionsQueryRole', () =>
      clients.iam.send(
        new TagRoleCommand({
          RoleName: names.role('query'),
          Tags: [{ Key: 'BoundaryChange', Value: 'approved' }],
        }),
      ),
    ),
    of('subnet-routes', 'VpcfunctionsSubnet1RouteTableAssociation', async () => {
      const { RouteTable } = await ec2.send(
        new CreateRouteTableCommand({ VpcId: physical('network', 'Vpc8378EB38') }),
      );
      await ec2.send(
        new ReplaceRouteTableAssociationCommand({
          RouteTableId: RouteTable?.RouteTableId,
          AssociationId: physical('network', 'VpcfunctionsSubnet1RouteTableAssociation'),
        }),
      );
    }),
  ];
  return [
    of('bucket-public-access', 'Pictures', () =>
      clients.s3.send(new DeletePublicAccessBlockCommand({ Bucket })),
    ),
    of('bucket-policy', 'Pictures', () =>
      clients.s3.send(
        new PutBucketPolicyCommand({
          Bucket,
          Policy: openTo('s3:GetObject', `${names.bucketArn(Bucket)}/*`),
        }),
      ),
    ),
    of('bucket-versions', 'Pictures', () =>
      clients.s3.send(
        new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } }),
      ),
    ),
    of('bucket-outlets', 'Pictures', () =>
      clients.s3.send(
        new PutBucketCorsCommand({
          Bucket,
          CORSConfiguration: { CORSRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'] }] },
        }),
      ),
    ),
    of('key-rotation', 'DataKey', () => kms.send(new DisableKeyRotationCommand({ KeyId: keyOf('Data') }))),
    of('key-grants', 'DataKey', () =>
      kms.send(
        new CreateGrantCommand({
          KeyId: keyOf('Data'),
          GranteePrincipal: `arn:aws:iam::${STRANGER}:role/reader`,
          Operations: ['Decrypt'],
        }),
      ),
    ),
    of('key-policy', 'BackupKey', async () => {
      const of = { KeyId: keyOf('Backup'), PolicyName: 'default' };
      const { Policy = '{}' } = await kms.send(new GetKeyPolicyCommand(of));
      const { Statement } = JSON.parse(openTo('kms:*', '*')) as { Statement: object[] };
      const evaluated = JSON.parse(Policy) as { Statement: object[] };
      await kms.send(
        new PutKeyPolicyCommand({
          ...of,
          Policy: JSON.stringify({ ...evaluated, Statement: [...evaluated.Statement, ...Statement] }),
        }),
      );
    }),
    of('key-usable', 'AuditKey', () => kms.send(new DisableKeyCommand({ KeyId: keyOf('Audit') }))),
    of('key-alias', 'AuditKeyAlias', () =>
      kms.send(
        new UpdateAliasCommand({ AliasName: `alias/${names.of('audit')}`, TargetKeyId: keyOf('Data') }),
      ),
    ),
    of('queue-settings', 'QueuesIntake', () =>
      clients.sqs.send(
        new SetQueueAttributesCommand({
          QueueUrl: queue(names.intakeQueue),
          Attributes: { KmsMasterKeyId: '' },
        }),
      ),
    ),
    of('queue-policy', 'QueuesFailures', () =>
      clients.sqs.send(
        new SetQueueAttributesCommand({
          QueueUrl: queue(names.failureQueue),
          Attributes: { Policy: openTo('sqs:*', '*') },
        }),
      ),
    ),
    of('topic-policy', 'TopicsReview', () =>
      clients.sns.send(
        new SetTopicAttributesCommand({
          TopicArn: names.topicArn(names.reviewTopic),
          AttributeName: 'Policy',
          AttributeValue: openTo('sns:Subscribe', '*'),
        }),
      ),
    ),
    of('topic-subscribers', 'TopicsReview', () =>
      clients.sns.send(
        new SubscribeCommand({
          TopicArn: names.topicArn(names.reviewTopic),
          Protocol: 'sqs',
          Endpoint: names.queueArn(names.failureQueue),
        }),
      ),
    ),
    of('secret-encryption', 'Secretdemo', () =>
      clients.secretsManager.send(
        new UpdateSecretCommand({
          SecretId: names.clientSecret('demo'),
          KmsKeyId: 'alias/aws/secretsmanager',
        }),
      ),
    ),
    of('parameter-value', 'ClientsClientOfKeydemo', () =>
      clients.ssm.send(
        new PutParameterCommand({
          Name: physical('api', 'ClientsClientOfKeydemo'),
          Value: 'partner',
          Type: 'String',
          Overwrite: true,
        }),
      ),
    ),
    of('function-environment', 'FunctionsQueryFunction', () =>
      lambda.send(
        new UpdateFunctionConfigurationCommand({
          FunctionName: names.of('query'),
          Environment: { Variables: { DETECTION_LOGS_TABLE: 'elsewhere' } },
        }),
      ),
    ),
    of('function-not-on-the-internet', 'FunctionsUploadFunction', () =>
      lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName: names.of('upload'), AuthType: 'NONE' })),
    ),
    of('function-callers', 'FunctionsIntakeLive', () =>
      lambda.send(
        new AddPermissionCommand({
          FunctionName: names.of('intake'),
          Qualifier: 'live',
          StatementId: 'stranger',
          Action: 'lambda:InvokeFunction',
          Principal: STRANGER,
        }),
      ),
    ),
    // By the same change: the embedded AWS keeps one policy for a function and its aliases.
    of('function-callers', 'FunctionsIntakeFunction', () => Promise.resolve()),
    of('function-callers', 'FunctionsIntakeFunctionCurrentVersion', () =>
      lambda.send(
        new AddPermissionCommand({
          FunctionName: names.of('intake'),
          Qualifier: physical('processing', 'FunctionsIntakeFunctionCurrentVersion').split(':').at(-1),
          StatementId: 'stranger-to-version',
          Action: 'lambda:InvokeFunction',
          Principal: STRANGER,
        }),
      ),
    ),
    of('function-version-live', 'FunctionsEraseLive', () =>
      lambda.send(
        new UpdateFunctionAliasCommand({
          FunctionName: names.of('erase'),
          Name: 'live',
          FunctionVersion: '$LATEST',
        }),
      ),
    ),
    of('function-source', 'EventSourcesDetectionStream', () =>
      lambda.send(
        new UpdateEventSourceMappingCommand({
          UUID: physical('processing', 'EventSourcesDetectionStream'),
          Enabled: false,
        }),
      ),
    ),
    of('role-trust', 'auditorRole', () =>
      clients.iam.send(
        new UpdateAssumeRolePolicyCommand({
          RoleName: names.role('auditor'),
          PolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Principal: { AWS: STRANGER }, Action: 'sts:AssumeRole' }],
          }),
        }),
      ),
    ),
    of('role-policies', 'operatorRole', () =>
      clients.iam.send(
        new PutRolePolicyCommand({
          RoleName: names.role('operator'),
          PolicyName: 'more',
          PolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
          }),
        }),
      ),
    ),
    of('policy-document', 'datastewardPolicy', () =>
      clients.iam.send(
        new CreatePolicyVersionCommand({
          PolicyArn: physical('access', 'datastewardPolicy'),
          SetAsDefault: true,
          PolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' }],
          }),
        }),
      ),
    ),
    of('security-group-rules', 'EndpointsSnsGroup', () =>
      ec2.send(
        new AuthorizeSecurityGroupIngressCommand({
          GroupId: physical('network', 'EndpointsSnsGroup'),
          IpPermissions: [
            { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
          ],
        }),
      ),
    ),
    of('subnet-settings', 'VpcfunctionsSubnet1Subnet', () =>
      ec2.send(
        new ModifySubnetAttributeCommand({
          SubnetId: physical('network', 'VpcfunctionsSubnet1Subnet'),
          MapPublicIpOnLaunch: { Value: true },
        }),
      ),
    ),
    of('network-no-way-out', 'Vpc', async () => {
      const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
      const InternetGatewayId = InternetGateway?.InternetGatewayId;
      await ec2.send(
        new AttachInternetGatewayCommand({ InternetGatewayId, VpcId: physical('network', 'Vpc8378EB38') }),
      );
      // A machine of somebody's, and somebody's resolver.
      await ec2.send(
        new CreateNetworkInterfaceCommand({
          SubnetId: physical('network', 'VpcfunctionsSubnet2Subnet'),
          Description: 'reports',
        }),
      );
      const { DhcpOptions } = await ec2.send(
        new CreateDhcpOptionsCommand({
          DhcpConfigurations: [{ Key: 'domain-name-servers', Values: ['192.0.2.53'] }],
        }),
      );
      await ec2.send(
        new AssociateDhcpOptionsCommand({
          DhcpOptionsId: DhcpOptions?.DhcpOptionsId,
          VpcId: physical('network', 'Vpc8378EB38'),
        }),
      );
      await ec2.send(
        new CreateRouteCommand({
          RouteTableId: physical('network', 'VpcfunctionsSubnet1RouteTable4'),
          DestinationCidrBlock: '0.0.0.0/0',
          GatewayId: InternetGatewayId,
        }),
      );
    }),
    // By the same change.
    of('route-table-routes', 'VpcfunctionsSubnet1RouteTable', () => Promise.resolve()),
    of('log-retention', 'FunctionsUploadLogs', () =>
      logs.send(
        new PutRetentionPolicyCommand({
          logGroupName: `/aws/lambda/${names.of('upload')}`,
          retentionInDays: 1,
        }),
      ),
    ),
    of('log-filter', 'FunctionsUploadCallsRefused', async () => {
      const logGroupName = `/aws/lambda/${names.of('upload')}`;
      const { metricFilters = [] } = await logs.send(new DescribeMetricFiltersCommand({ logGroupName }));
      const found = metricFilters.find(({ filterName }) => filterName?.includes('calls-refused'));
      await logs.send(
        new PutMetricFilterCommand({
          logGroupName,
          filterName: found?.filterName,
          filterPattern: 'never',
          metricTransformations: found?.metricTransformations,
        }),
      );
    }),
    of('alarm-settings', 'Alarmsintakedeadletters', () =>
      cloudWatch.send(new DisableAlarmActionsCommand({ AlarmNames: [names.of('intake-dead-letters')] })),
    ),
    of('event-rule', 'rulenotcompliantRule', () =>
      events.send(new DisableRuleCommand({ Name: names.of('rule-not-compliant') })),
    ),
    of('schedule-settings', 'SchedulesClientdemo', async () => {
      const at = { Name: names.of('client-demo'), GroupName: names.of('rotation') };
      const { ScheduleExpression, Target, FlexibleTimeWindow } = await scheduler.send(
        new GetScheduleCommand(at),
      );
      await scheduler.send(
        new UpdateScheduleCommand({
          ...{ ...at, ScheduleExpression, Target, FlexibleTimeWindow },
          State: 'DISABLED',
        }),
      );
    }),
    of('usage-plan', 'ClientsPlanstandard', async () => {
      const { items = [] } = await apiGateway.send(new GetUsagePlansCommand({}));
      const usagePlanId = items.find(({ name }) => name?.endsWith('standard'))?.id;
      await apiGateway.send(
        new UpdateUsagePlanCommand({
          usagePlanId,
          patchOperations: [{ op: 'replace', path: '/quota/limit', value: '99999' }],
        }),
      );
    }),
    ...insiders(),
    of('stack-unevaluated', 'serverlessapp-dev-stranger', () =>
      clients.cloudFormation.send(
        new CreateStackCommand({
          StackName: 'serverlessapp-dev-stranger',
          TemplateBody: JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } }),
        }),
      ),
    ),
  ];
}
