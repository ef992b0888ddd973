import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { FUNCTION_CALLS, type FunctionId, functionDefinition } from '../../../lambda/functions';
import type { Names } from '../../names';
import { type KeyUse, READ_AND_WRITE } from '../../network/service-definition';
import { type EndpointService, endpointServicesOf, SERVICES } from '../../network/services';
import type { StageKeys } from '../../stage-context';
import { useLogKey } from '../logging/log-key-use';

/** What the platform does under every function's role, or polls with it. */
const OWN_NEEDS = {
  WriteOwnLogs: 'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html',
  UseLogKeyThroughLogs: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html',
  SendTraces: 'https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html',
  ManageNetworkInterfaces: 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html',
  CodeMakesNoPlatformCalls:
    'https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html',
  DecryptOwnEnvironment: 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html',
  LeaveFailures: 'https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html',
  UseMessagingKeyThroughQueues:
    'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html',
  PollIntakeQueue: 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html',
  PollDetectionStream:
    'https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html',
  ListStreams: 'https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html',
} as const;
type PlatformNeed = keyof typeof OWN_NEEDS;

/**
 * What the platform, not the code, does under a function's role, the keys that services use in its name included. The
 * Sids are the catalogue that the IAM proof reads: each names the AWS page that asks for it.
 */
export const PLATFORM_NEEDS: Readonly<Record<string, string>> = {
  ...OWN_NEEDS,
  ...Object.fromEntries(SERVICES.flatMap(({ key }) => (key === undefined ? [] : [[key.sid, key.page]]))),
};

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions */
const NETWORK_INTERFACE_ACTIONS = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

const QUEUE_ACTIONS = [
  'sqs:ChangeMessageVisibility',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:ReceiveMessage',
];
const STREAM_ACTIONS = ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'];

/**
 * What Lambda alone does with the role, outside of the function: its calls carry no `lambda:SourceFunctionArn`, those with
 * the credentials that code has do, wherever they come from. Logs and traces cannot be told apart so.
 */
const PLATFORM_CALLS = [
  ...NETWORK_INTERFACE_ACTIONS,
  'ec2:DetachNetworkInterface',
  ...QUEUE_ACTIONS,
  'sqs:SendMessage',
  ...STREAM_ACTIONS,
  'dynamodb:ListStreams',
];

const grant = (sid: string, actions: readonly string[], resources: string[], conditions?: object) =>
  new PolicyStatement({
    sid,
    actions: [...actions],
    resources,
    ...(conditions === undefined ? {} : { conditions }),
  });

/** Every function: logs, traces, network interfaces, environment, the queue of failures. */
function everyFunction(id: FunctionId, names: Names, keys: StageKeys): PolicyStatement[] {
  const functionArn = names.functionArn(id);
  return [
    grant(
      'WriteOwnLogs',
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
      [names.arn('logs', `log-group:${names.functionLogGroup(id)}:*`)],
    ),
    useLogKey(keys.logs.keyArn, names.region),
    grant('SendTraces', ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], ['*']),
    grant('ManageNetworkInterfaces', NETWORK_INTERFACE_ACTIONS, ['*']),
    new PolicyStatement({
      sid: 'CodeMakesNoPlatformCalls' satisfies PlatformNeed,
      effect: Effect.DENY,
      actions: PLATFORM_CALLS,
      resources: ['*'],
      conditions: { ArnEquals: { 'lambda:SourceFunctionArn': functionArn } },
    }),
    grant('DecryptOwnEnvironment', ['kms:Decrypt'], [keys.data.keyArn], {
      StringEquals: { 'kms:ViaService': `lambda.${names.region}.amazonaws.com` },
      // Whether AWS names the version as well is not documented.
      ArnLike: { 'kms:EncryptionContext:aws:lambda:FunctionArn': [functionArn, `${functionArn}:*`] },
    }),
    grant('LeaveFailures', ['sqs:SendMessage'], [names.queueArn(names.failureQueue)]),
  ];
}

/** The keys that the services use in the function's name, only through the services that it calls or that are read for it. */
function keyGrants(id: FunctionId, names: Names, keys: StageKeys): PolicyStatement[] {
  const calls = FUNCTION_CALLS[id].map(({ action }) => action);
  const used = new Set<EndpointService>(endpointServicesOf(id));
  if (functionDefinition(id).polls === 'detection-stream') used.add('dynamodb');
  const through = (use: Pick<KeyUse, 'sid' | 'domain' | 'through' | 'actions'>) =>
    grant(use.sid, use.actions(calls), [keys[use.domain].keyArn], {
      StringEquals: {
        'kms:ViaService': use.through(calls).map((service) => `${service}.${names.region}.amazonaws.com`),
      },
    });
  return [
    through({
      sid: 'UseMessagingKeyThroughQueues' satisfies PlatformNeed,
      domain: 'messaging',
      through: () => ['sqs'],
      actions: () => READ_AND_WRITE,
    }),
    ...SERVICES.flatMap(({ name, key }) => (key !== undefined && used.has(name) ? [through(key)] : [])),
  ];
}

/** Lambda polls queues and streams with the function's role. */
function polling(id: FunctionId, names: Names): PolicyStatement[] {
  const { polls } = functionDefinition(id);
  if (polls === undefined) return [];
  if (polls === 'intake-queue')
    return [grant('PollIntakeQueue', QUEUE_ACTIONS, [names.queueArn(names.intakeQueue)])];
  const table = names.tableArn(names.detectionLogsTable);
  return [
    grant('PollDetectionStream', STREAM_ACTIONS, [`${table}/stream/*`]),
    grant('ListStreams', ['dynamodb:ListStreams'], ['*']),
  ];
}

/** Everything that a function's role needs besides the calls of its code. */
export const platformStatements = (id: FunctionId, names: Names, keys: StageKeys): PolicyStatement[] => [
  ...everyFunction(id, names, keys),
  ...keyGrants(id, names, keys),
  ...polling(id, names),
];
