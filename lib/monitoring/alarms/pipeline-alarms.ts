import type { StageConfig } from '../../config/schema';
import type { Names } from '../../names';
import { type AlarmDefinition, type MetricDefinition, WITHIN_FIVE_MINUTES } from '../alarm-definition';

const queueMetric = (queue: string, name: string): MetricDefinition => ({
  namespace: 'AWS/SQS',
  name,
  dimensions: { QueueName: queue },
  statistic: 'Maximum',
});
const workflowMetric = (names: Names, name: string): MetricDefinition => ({
  namespace: 'AWS/States',
  name,
  dimensions: { StateMachineArn: names.stateMachineArn },
  statistic: 'Sum',
});
const detectorMetric = (name: string): MetricDefinition => ({
  namespace: 'AWS/Rekognition',
  name,
  dimensions: { Operation: 'DetectLabels' },
  statistic: 'Sum',
});

/** Longest wait in seconds that still lets the last receive happen well before pictures expire in input/. */
const OLDEST_MESSAGE_SECONDS = 900;
/** A client that does not flood waits for the next free slot: seconds. */
const QUIET_MESSAGE_SECONDS = 60;

/**
 * Half of the fourteen days for which these queues keep a message. Of a dead-letter queue the metric counts from the move,
 * the expiry from the first sending: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
const FORGOTTEN_SECONDS = 7 * 86_400;

/** An alarm on a depth goes off once and stays: this one tells that nobody did anything. */
const forgotten = (id: string, queue: string, what: string): AlarmDefinition => ({
  id,
  severity: 'critical',
  owner: 'operations',
  why: `${what} for a week: within another week the first message expires.`,
  response: 'Do today what the alarm on the depth of the same queue asked for; then find out why nobody did.',
  metric: queueMetric(queue, 'ApproximateAgeOfOldestMessage'),
  comparison: 'above',
  threshold: FORGOTTEN_SECONDS,
  unit: 'seconds',
  ...WITHIN_FIVE_MINUTES,
});

/** The way of a picture from the bucket to its folder. */
export const pipelineAlarms = (config: StageConfig, names: Names): AlarmDefinition[] => [
  {
    id: 'intake-dead-letters',
    severity: 'critical',
    owner: 'operations',
    why: 'Pictures used up their receives: they wait in input/ and no other try happens by itself.',
    response:
      'Read the failure reason on the records with status failed, remove the cause, then redrive the queue as operator.',
    metric: queueMetric(names.intakeDeadLetterQueue, 'ApproximateNumberOfMessagesVisible'),
    comparison: 'above',
    threshold: 0,
    unit: 'messages',
    ...WITHIN_FIVE_MINUTES,
  },
  {
    id: 'undelivered-events',
    severity: 'critical',
    owner: 'operations',
    why: 'An event, a stream batch or a scheduled run could not be delivered: a picture or a count may be missing.',
    response: 'Read the message; its attributes name the rule or function. Remove the cause and replay it.',
    metric: queueMetric(names.failureQueue, 'ApproximateNumberOfMessagesVisible'),
    comparison: 'above',
    threshold: 0,
    unit: 'messages',
    ...WITHIN_FIVE_MINUTES,
  },
  forgotten('intake-dead-letters-forgotten', names.intakeDeadLetterQueue, 'Pictures that failed have waited'),
  forgotten('undelivered-events-forgotten', names.failureQueue, 'What could not be delivered has waited'),
  {
    id: 'oldest-message-age',
    severity: 'high',
    owner: 'operations',
    why: 'Pictures arrive faster than they are decided, or intake stands still.',
    response:
      'Compare the queue depth with Rekognition’s throttles; ask for a higher quota, or look why intake does not poll.',
    metric: queueMetric(names.intakeQueue, 'ApproximateAgeOfOldestMessage'),
    comparison: 'above',
    threshold: OLDEST_MESSAGE_SECONDS,
    unit: 'seconds',
    periodSeconds: 60,
    evaluationPeriods: 5,
    missingData: 'notBreaching',
  },
  {
    id: 'quiet-clients-wait',
    severity: 'high',
    owner: 'operations',
    why: 'Pictures of clients that send little wait, though the queue should let them pass those that send much.',
    response:
      'Look which client floods (client-flood); see by the arrival rules whether each still names its client as message group. When no client floods, intake is slow for all: treat it as oldest-message-age.',
    metric: queueMetric(names.intakeQueue, 'ApproximateAgeOfOldestMessageInQuietGroups'),
    comparison: 'above',
    threshold: QUIET_MESSAGE_SECONDS,
    unit: 'seconds',
    periodSeconds: 60,
    evaluationPeriods: 3,
    missingData: 'notBreaching',
  },
  {
    id: 'executions-failed',
    severity: 'high',
    owner: 'operations',
    why: 'Workflows ended in failure that is not the picture’s fault.',
    response:
      'Open the workflow’s log group at the failed states; a release that shifts pictures just then is taken back by the alarm of its own version.',
    metric: workflowMetric(names, 'ExecutionsFailed'),
    comparison: 'at least',
    threshold: 3,
    unit: 'executions',
    ...WITHIN_FIVE_MINUTES,
  },
  {
    id: 'executions-timed-out',
    severity: 'high',
    owner: 'operations',
    why: `A workflow ran longer than ${config.workflow.timeoutSeconds} seconds.`,
    response: 'Look in the traces which task hangs; Rekognition or an endpoint may be slow.',
    metric: workflowMetric(names, 'ExecutionsTimedOut'),
    comparison: 'above',
    threshold: 0,
    unit: 'executions',
    ...WITHIN_FIVE_MINUTES,
  },
  {
    id: 'detector-throttled',
    severity: 'high',
    owner: 'operations',
    why: 'Rekognition refuses calls: the configured transactions per second are above the account’s quota, or somebody else uses it.',
    response:
      'Compare rekognitionTransactionsPerSecond with the quota in Service Quotas; lower it or have the quota raised.',
    metric: detectorMetric('ThrottledCount'),
    comparison: 'at least',
    threshold: config.rekognitionTransactionsPerSecond,
    unit: 'calls',
    ...WITHIN_FIVE_MINUTES,
  },
  {
    id: 'detector-errors',
    severity: 'high',
    owner: 'operations',
    why: 'Rekognition fails on its side; pictures are retried and wait.',
    response:
      'See the AWS Health dashboard. Nothing is lost; redrive afterwards what reached the dead-letter queue.',
    metric: detectorMetric('ServerErrorCount'),
    comparison: 'at least',
    threshold: 5,
    unit: 'calls',
    ...WITHIN_FIVE_MINUTES,
  },
  {
    id: 'table-throttled',
    severity: 'high',
    owner: 'operations',
    why: 'DynamoDB refuses reads or writes of records.',
    response:
      'Look for a hot client in the dashboard; on-demand capacity doubles within 30 minutes, maximums do not.',
    metric: {
      // Both exist only while something is throttled, and a sum with one of them missing has no value:
      // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
      expression: 'FILL(r, 0) + FILL(w, 0)',
      using: {
        r: {
          namespace: 'AWS/DynamoDB',
          name: 'ReadThrottleEvents',
          dimensions: { TableName: names.detectionLogsTable },
          statistic: 'Sum',
        },
        w: {
          namespace: 'AWS/DynamoDB',
          name: 'WriteThrottleEvents',
          dimensions: { TableName: names.detectionLogsTable },
          statistic: 'Sum',
        },
      },
    },
    comparison: 'at least',
    threshold: 10,
    unit: 'requests',
    ...WITHIN_FIVE_MINUTES,
  },
  ...[names.reviewTopic, names.alertTopic].map((topic): AlarmDefinition => ({
    id: `notifications-failed-${topic === names.reviewTopic ? 'review' : 'alerts'}`,
    severity: 'high',
    owner: 'operations',
    why: 'Messages of the topic could not be delivered to a subscriber.',
    response: 'Check the subscriptions of the topic: an address is unconfirmed, gone or refuses mail.',
    metric: {
      namespace: 'AWS/SNS',
      name: 'NumberOfNotificationsFailed',
      dimensions: { TopicName: topic },
      statistic: 'Sum',
    },
    comparison: 'above',
    threshold: 0,
    unit: 'messages',
    ...WITHIN_FIVE_MINUTES,
  })),
];
