import { FUNCTION_IDS, type FunctionId, functionDefinition, kebabName } from '../../../lambda/functions';
import type { Names } from '../../names';
import type { AlarmDefinition, MetricDefinition } from '../alarm-definition';

const functionMetric = (
  names: Names,
  id: FunctionId,
  name: string,
  statistic: MetricDefinition['statistic'] = 'Sum',
): MetricDefinition => ({
  namespace: 'AWS/Lambda',
  name,
  dimensions: { FunctionName: names.function(id) },
  statistic,
});

/** Where a definition says nothing else. */
const ERRORS_IN_FIVE_MINUTES = 3;

/** Errors and throttles of each function, and the age of what the stream's reader has not seen. */
export const functionAlarms = (names: Names): AlarmDefinition[] => [
  ...FUNCTION_IDS.flatMap((id): AlarmDefinition[] => [
    {
      id: `function-errors-${kebabName(id)}`,
      severity: 'high',
      owner: 'operations',
      why: `The function ${id} fails more often than single faults explain.`,
      response: 'Read the error lines of its log group; the code of the error says which dependency failed.',
      metric: functionMetric(names, id, 'Errors'),
      comparison: 'at least',
      threshold: functionDefinition(id).errors?.inFiveMinutes ?? ERRORS_IN_FIVE_MINUTES,
      unit: 'errors',
      periodSeconds: 300,
      evaluationPeriods: 1,
      missingData: 'notBreaching',
    },
    {
      id: `function-throttles-${kebabName(id)}`,
      severity: 'medium',
      owner: 'operations',
      why: `Lambda refuses to run ${id}: its reserved concurrency or the account’s is used up.`,
      response:
        'Compare concurrent executions with the reservation; raise it, or find out who calls so often.',
      metric: functionMetric(names, id, 'Throttles'),
      comparison: 'at least',
      threshold: 10,
      unit: 'invocations',
      periodSeconds: 300,
      evaluationPeriods: 1,
      missingData: 'notBreaching',
    },
  ]),
  {
    id: 'stream-behind',
    severity: 'medium',
    owner: 'operations',
    why: 'Business metrics lag behind: the reader of the table’s stream does not keep up or fails on a batch.',
    response: 'Read the errors of detectionStream; after 24 hours the stream forgets what was not read.',
    metric: functionMetric(names, 'detectionStream', 'IteratorAge', 'Maximum'),
    comparison: 'above',
    threshold: 300_000,
    unit: 'milliseconds',
    periodSeconds: 300,
    evaluationPeriods: 2,
    missingData: 'notBreaching',
  },
];
