import { APIGatewayClient, GetUsagePlansCommand, UpdateUsagePlanCommand } from '@aws-sdk/client-api-gateway';
import { CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DisableAlarmActionsCommand } from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  DescribeMetricFiltersCommand,
  PutMetricFilterCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  AttachInternetGatewayCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  EC2Client,
  ModifySubnetAttributeCommand,
} from '@aws-sdk/client-ec2';
import { DisableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import {
  CreatePolicyVersionCommand,
  PutRolePolicyCommand,
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
  CreateFunctionUrlConfigCommand,
  LambdaClient,
  UpdateAliasCommand as UpdateFunctionAliasCommand,
  UpdateEventSourceMappingCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import {
  DeletePublicAccessBlockCommand,
  PutBucketCorsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3';
import { GetScheduleCommand, SchedulerClient, UpdateScheduleCommand } from '@aws-sdk/client-scheduler';
import { UpdateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { SetTopicAttributesCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { clientSettings } from '../../../local/emulator/clients';
import type { TestSystem } from './test-system';

/** A change that somebody makes without CloudFormation, and the check that must name it. */
export interface PlantedDrift {
  readonly rule: string;
  /** How the logical id of what was changed begins. */
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
  return [
    of('bucket-public-access', 'Pictures', () =>
      clients.s3.send(new DeletePublicAccessBlockCommand({ Bucket })),
    ),
    of('bucket-policy', 'PicturesPerimeter', () =>
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
      const judged = JSON.parse(Policy) as { Statement: object[] };
      await kms.send(
        new PutKeyPolicyCommand({
          ...of,
          Policy: JSON.stringify({ ...judged, Statement: [...judged.Statement, ...Statement] }),
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
    of('stack-unjudged', 'serverlessapp-dev-stranger', () =>
      clients.cloudFormation.send(
        new CreateStackCommand({
          StackName: 'serverlessapp-dev-stranger',
          TemplateBody: JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } }),
        }),
      ),
    ),
  ];
}
