import { reviewDecisionSchema } from '../../lambda/domain/review-record';
import {
  CATEGORY_DIMENSION,
  METRICS,
  OUTCOME_DIMENSION,
  REASON_DIMENSION,
} from '../../lambda/domain/metrics';
import { categorySchema, rejectionReasonSchema } from '../../lambda/domain/category';
import { FUNCTION_IDS } from '../../lambda/functions';
import type { StageConfig } from '../config/schema';
import type { Names } from '../names';
import type { MetricDefinition } from './alarm-definition';
import { businessMetric, classifiedAs } from './alarms/business-alarms';

/** One graph: its title and its lines, by label. */
export interface GraphDefinition {
  readonly title: string;
  readonly lines: Readonly<Record<string, MetricDefinition>>;
  readonly stacked?: boolean;
}

type Statistic = MetricDefinition['statistic'];
const metric =
  (namespace: string, dimensions: Record<string, string>) =>
  (name: string, statistic: Statistic): MetricDefinition => ({ namespace, name, dimensions, statistic });

/**
 * Where CloudWatch keeps what an account costs, of all regions.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/monitor_estimated_charges_with_cloudwatch.html
 */
const BILLING_REGION = 'us-east-1';

/** Is it working? Rows of three graphs: traffic, the way of a picture, what stands in the way, cost. */
export function operationsGraphs(config: StageConfig, names: Names): GraphDefinition[] {
  const api = metric('AWS/ApiGateway', { ApiName: names.restApi, Stage: config.stage });
  const workflow = metric('AWS/States', { StateMachineArn: names.stateMachineArn });
  const table = metric('AWS/DynamoDB', { TableName: names.detectionLogsTable });
  const queue = (name: string) => metric('AWS/SQS', { QueueName: name });
  const perFunction = (name: string, statistic: Statistic) =>
    Object.fromEntries(
      FUNCTION_IDS.map((id) => [
        id,
        metric('AWS/Lambda', { FunctionName: names.function(id) })(name, statistic),
      ]),
    );
  const detector = metric('AWS/Rekognition', { Operation: 'DetectLabels' });
  return [
    { title: 'Requests', lines: { requests: api('Count', 'SampleCount') } },
    {
      title: 'Refused and failed requests',
      lines: { refused: api('4XXError', 'Sum'), failed: api('5XXError', 'Sum') },
    },
    {
      title: 'Latency of the API (ms)',
      lines: { half: api('Latency', 'p50'), slowest: api('Latency', 'p99') },
    },
    {
      title: 'Queue',
      lines: {
        waiting: queue(names.intakeQueue)('ApproximateNumberOfMessagesVisible', 'Maximum'),
        working: queue(names.intakeQueue)('ApproximateNumberOfMessagesNotVisible', 'Maximum'),
      },
    },
    {
      title: 'Age of the oldest message (s)',
      lines: {
        age: queue(names.intakeQueue)('ApproximateAgeOfOldestMessage', 'Maximum'),
        'of clients that do not flood': queue(names.intakeQueue)(
          'ApproximateAgeOfOldestMessageInQuietGroups',
          'Maximum',
        ),
      },
    },
    {
      title: 'Dead letters',
      lines: {
        pictures: queue(names.intakeDeadLetterQueue)('ApproximateNumberOfMessagesVisible', 'Maximum'),
        events: queue(names.failureQueue)('ApproximateNumberOfMessagesVisible', 'Maximum'),
      },
    },
    {
      title: 'Workflows',
      lines: {
        started: workflow('ExecutionsStarted', 'Sum'),
        succeeded: workflow('ExecutionsSucceeded', 'Sum'),
        failed: workflow('ExecutionsFailed', 'Sum'),
        'timed out': workflow('ExecutionsTimedOut', 'Sum'),
      },
    },
    {
      title: 'Time of a workflow (ms)',
      lines: { half: workflow('ExecutionTime', 'p50'), slowest: workflow('ExecutionTime', 'p99') },
    },
    {
      title: 'Rekognition',
      lines: {
        answered: detector('SuccessfulRequestCount', 'Sum'),
        throttled: detector('ThrottledCount', 'Sum'),
        failed: detector('ServerErrorCount', 'Sum'),
      },
    },
    { title: 'Errors of functions', lines: perFunction('Errors', 'Sum') },
    { title: 'Throttles of functions', lines: perFunction('Throttles', 'Sum') },
    { title: 'Duration of functions (ms, p99)', lines: perFunction('Duration', 'p99') },
    {
      title: 'Throttles of the table',
      lines: { reads: table('ReadThrottleEvents', 'Sum'), writes: table('WriteThrottleEvents', 'Sum') },
    },
    {
      title: 'Requests held back by WAF',
      lines: {
        blocked: metric('AWS/WAFV2', { WebACL: names.webAcl, Region: names.region, Rule: 'ALL' })(
          'BlockedRequests',
          'Sum',
        ),
      },
    },
    ...(names.region === BILLING_REGION
      ? [
          {
            title: 'Cost of the account this month (USD)',
            lines: { cost: metric('AWS/Billing', { Currency: 'USD' })('EstimatedCharges', 'Maximum') },
          },
        ]
      : []),
  ];
}

/** What do the pictures show? */
export function businessGraphs(config: StageConfig): GraphDefinition[] {
  const byCategory = (make: (category: string) => MetricDefinition) =>
    Object.fromEntries(categorySchema.options.map((category) => [category, make(category)]));
  return [
    {
      title: 'Pictures by category',
      stacked: true,
      lines: byCategory((category) => classifiedAs(config, category)),
    },
    {
      title: 'Pictures uploaded and erased',
      lines: {
        uploaded: businessMetric(config, METRICS.picturesUploaded, 'Sum'),
        erased: businessMetric(config, METRICS.picturesErased, 'Sum'),
      },
    },
    {
      title: 'Confidence (percent, median)',
      lines: byCategory((category) =>
        businessMetric(config, METRICS.confidence, 'p50', { [CATEGORY_DIMENSION]: category }),
      ),
    },
    {
      title: 'Rejected pictures by reason',
      stacked: true,
      lines: Object.fromEntries(
        rejectionReasonSchema.options.map((reason) => [
          reason,
          businessMetric(config, METRICS.picturesRejected, 'Sum', { [REASON_DIMENSION]: reason }),
        ]),
      ),
    },
    { title: 'Failed pictures', lines: { failed: businessMetric(config, METRICS.picturesFailed, 'Sum') } },
    {
      title: 'Seconds from request to decision',
      lines: {
        half: businessMetric(config, METRICS.secondsToDecision, 'p50'),
        slowest: businessMetric(config, METRICS.secondsToDecision, 'p99'),
      },
    },
    {
      title: 'Reviews that are over, by outcome',
      stacked: true,
      lines: Object.fromEntries(
        reviewDecisionSchema.shape.outcome.options.map((outcome) => [
          outcome,
          businessMetric(config, METRICS.picturesReviewed, 'Sum', { [OUTCOME_DIMENSION]: outcome }),
        ]),
      ),
    },
    {
      title: 'People agree with the likelier animal (percent)',
      lines: { agreement: businessMetric(config, METRICS.reviewAgreement, 'Average') },
    },
    {
      title: 'Seconds that reviews take, and that the oldest waits',
      lines: {
        half: businessMetric(config, METRICS.secondsToReview, 'p50'),
        oldest: businessMetric(config, METRICS.oldestReviewSeconds, 'Maximum'),
      },
    },
  ];
}
