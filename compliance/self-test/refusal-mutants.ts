import { dig, listOf } from '../rules/proofs/model/dig';
import { drop, type Mutant, onResources, put, type RawResource, type RawStack } from './mutant';

type Properties = Record<string, unknown>;

/** An edit that AWS refuses when it is deployed, or by which something then does nothing; the page says which. */
interface Refusal {
  readonly kind: string;
  readonly page: string;
  readonly types: readonly string[];
  readonly change: (properties: Properties, resource: RawResource) => boolean;
}

const docs = (path: string): string => `https://docs.aws.amazon.com/${path}`;
const set =
  (...path: (string | number)[]) =>
  (value: unknown) =>
  (properties: Properties): boolean =>
    put(properties, path, value);

/** A text, or the last text of a Fn::Join, changed. */
function inText(properties: Properties, name: string, change: (text: string) => string): boolean {
  const value = properties[name];
  if (typeof value === 'string') return put(properties, [name], change(value));
  const parts = listOf(dig(value, 'Fn::Join', 1));
  return parts.some((part, at) => typeof part === 'string' && put(parts, [at], change(part)));
}

/**
 * Written from AWS's pages, not from what our rules look for: by somebody who wanted the gate to let them pass.
 */
const REFUSALS: readonly Refusal[] = [
  {
    kind: 'queue that shows a message again before its function ends',
    page: docs('lambda/latest/dg/services-sqs-configure.html'),
    types: ['AWS::SQS::Queue'],
    change: (p) => 'RedrivePolicy' in p && put(p, ['VisibilityTimeout'], 1),
  },
  {
    kind: 'poller that takes more messages than its function may run',
    page: docs('lambda/latest/dg/services-sqs-scaling.html'),
    types: ['AWS::Lambda::EventSourceMapping'],
    change: (p) => 'ScalingConfig' in p && put(p, ['ScalingConfig', 'MaximumConcurrency'], 1000),
  },
  {
    kind: 'function that may not run at all',
    page: docs('lambda/latest/dg/configuration-concurrency.html'),
    types: ['AWS::Lambda::Function'],
    change: set('ReservedConcurrentExecutions')(0),
  },
  {
    kind: 'variable that Lambda keeps for itself',
    page: docs('lambda/latest/dg/configuration-envvars.html'),
    types: ['AWS::Lambda::Function'],
    change: set('Environment', 'Variables', 'AWS_REGION')('us-east-1'),
  },
  {
    kind: 'clock with two stars for the day',
    page: docs('eventbridge/latest/userguide/eb-scheduled-rule-pattern.html'),
    types: ['AWS::Events::Rule'],
    change: (p) => 'ScheduleExpression' in p && put(p, ['ScheduleExpression'], 'cron(0 4 * * * *)'),
  },
  {
    kind: 'key of an index that is not defined',
    page: docs('amazondynamodb/latest/APIReference/API_UpdateTable.html'),
    types: ['AWS::DynamoDB::GlobalTable'],
    change: (p) => listOf(p['AttributeDefinitions']).pop() !== undefined,
  },
  {
    kind: 'records that never expire',
    page: docs('amazondynamodb/latest/developerguide/TTL.html'),
    types: ['AWS::DynamoDB::GlobalTable'],
    change: (p) => put(p, ['TimeToLiveSpecification', 'AttributeName'], 'NobodysAttribute'),
  },
  {
    kind: 'table without the stream that a function reads',
    page: docs('amazondynamodb/latest/developerguide/Streams.html'),
    types: ['AWS::DynamoDB::GlobalTable'],
    change: (p) => drop(p, 'StreamSpecification'),
  },
  {
    kind: 'private names of endpoints in a VPC without names',
    page: docs('AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html'),
    types: ['AWS::EC2::VPC'],
    change: set('EnableDnsHostnames')(false),
  },
  {
    kind: 'vault that wants backups to stay longer than the plan keeps them',
    page: docs('aws-backup/latest/devguide/API_PutBackupVaultLockConfiguration.html'),
    types: ['AWS::Backup::BackupVault'],
    change: (p) => 'LockConfiguration' in p && put(p, ['LockConfiguration', 'MinRetentionDays'], 36),
  },
  {
    kind: 'log of a workflow without its star',
    page: docs('step-functions/latest/apireference/API_CloudWatchLogsLogGroup.html'),
    types: ['AWS::StepFunctions::StateMachine'],
    change: (p) => {
      const group = dig(p, 'LoggingConfiguration', 'Destinations', 0, 'CloudWatchLogsLogGroup') as Properties;
      const arn = group['LogGroupArn'];
      return put(
        group,
        ['LogGroupArn'],
        typeof arn === 'string'
          ? arn.replace(/:\*$/, '')
          : 'arn:aws:logs:us-east-1:777788889999:log-group:any',
      );
    },
  },
  {
    kind: 'workflow that goes on to a state that is not there',
    page: docs('step-functions/latest/dg/statemachine-structure.html'),
    types: ['AWS::StepFunctions::StateMachine'],
    change: (p) => inText(p, 'DefinitionString', (text) => text.replace(/"Next":"\w+"/, '"Next":"Nowhere"')),
  },
  {
    kind: 'log of a web ACL by a name that WAF does not take',
    page: docs('waf/latest/developerguide/logging-cw-logs.html'),
    types: ['AWS::WAFv2::LoggingConfiguration'],
    change: (p) =>
      put(p, ['LogDestinationConfigs', 0], 'arn:aws:logs:us-east-1:777788889999:log-group:web-acl'),
  },
  {
    kind: 'alarm over a period that CloudWatch does not know',
    page: docs('AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html'),
    types: ['AWS::CloudWatch::Alarm'],
    change: (p) => 'Period' in p && put(p, ['Period'], 45),
  },
  {
    kind: 'composite alarm of an alarm that is not there',
    page: docs('AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html'),
    types: ['AWS::CloudWatch::CompositeAlarm'],
    change: (p) => put(p, ['AlarmRule'], 'ALARM("serverlessapp-prod-of-nobody")'),
  },
  {
    kind: 'usage plan of no stage',
    page: docs('apigateway/latest/developerguide/api-gateway-api-usage-plans.html'),
    types: ['AWS::ApiGateway::UsagePlan'],
    change: (p) => drop(p, 'ApiStages'),
  },
  {
    kind: 'API deployed before its methods are there',
    page: docs('AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-deployment.html'),
    types: ['AWS::ApiGateway::Deployment'],
    change: (_p, resource) => drop(resource, 'DependsOn'),
  },
  {
    kind: 'bucket that tells EventBridge nothing',
    page: docs('AmazonS3/latest/userguide/enable-event-notifications-eventbridge.html'),
    types: ['AWS::S3::Bucket'],
    change: (p) =>
      JSON.stringify(p['BucketName']).includes('-pictures-') && drop(p, 'NotificationConfiguration'),
  },
  {
    kind: 'objects moved after they are gone',
    page: docs('AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html'),
    types: ['AWS::S3::Bucket'],
    change: (p) => {
      const moved = listOf(dig(p, 'LifecycleConfiguration', 'Rules')).find(
        (rule) => dig(rule, 'Transitions', 0) !== undefined && dig(rule, 'ExpirationInDays') !== undefined,
      );
      return moved !== undefined && put(moved, ['ExpirationInDays'], 30);
    },
  },
  {
    kind: 'firewall of names at a place that AWS keeps for itself',
    page: docs('Route53/latest/APIReference/API_route53resolver_AssociateFirewallRuleGroup.html'),
    types: ['AWS::Route53Resolver::FirewallRuleGroupAssociation'],
    change: set('Priority')(100),
  },
  {
    kind: 'artefact of a release that no action makes',
    page: docs('codepipeline/latest/userguide/reference-pipeline-structure.html'),
    types: ['AWS::CodePipeline::Pipeline'],
    change: (p) => {
      const action = listOf(p['Stages'])
        .flatMap((stage) => listOf(dig(stage, 'Actions')))
        .find((each) => dig(each, 'InputArtifacts', 0) !== undefined);
      return action !== undefined && put(action, ['InputArtifacts', 0, 'Name'], 'OfNobody');
    },
  },
  {
    kind: 'key called as AWS calls its own',
    page: docs('kms/latest/APIReference/API_CreateAlias.html'),
    types: ['AWS::KMS::Alias'],
    change: set('AliasName')('alias/aws/ours'),
  },
];

/** One of each kind and type. */
export const refusalMutants = (stacks: readonly RawStack[]): Mutant[] =>
  REFUSALS.flatMap(({ kind, types, change }) =>
    onResources(stacks, kind, types, change, 'first of each type'),
  );
