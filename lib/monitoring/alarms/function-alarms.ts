import { type FunctionId, FUNCTION_IDS } from '../../../lambda/function-ids';
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

/** Analyze reports each bad picture as an error of its own name, so only a flood of them is news. */
const ERRORS_IN_FIVE_MINUTES: Partial<Record<FunctionId, number>> = { analyze: 100 };

const kebab = (id: FunctionId) => id.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Errors and throttles of each function, and the age of what the stream's reader has not seen. */
export const functionAlarms = (names: Names): AlarmDefinition[] => [
  ...FUNCTION_IDS.flatMap((id): AlarmDefinition[] => [
    {
      id: `function-errors-${kebab(id)}`,
      severity: 'high',
      owner: 'operations',
      why: `The function ${id} fails more often than single faults explain.`,
      response: 'Read the error lines of its log group; the code of the error says which dependency failed.',
      metric: functionMetric(names, id, 'Errors'),
      comparison: 'at least',
      threshold: ERRORS_IN_FIVE_MINUTES[id] ?? 3,
      unit: 'errors',
      periodSeconds: 300,
      evaluationPeriods: 1,
      missingData: 'notBreaching',
    },
    {
      id: `function-throttles-${kebab(id)}`,
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
