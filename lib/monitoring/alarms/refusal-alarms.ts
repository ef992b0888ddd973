import { FilterPattern } from 'aws-cdk-lib/aws-logs';
import { type FunctionId, kebabName } from '../../../lambda/functions';
import type { Names } from '../../names';
import type { AlarmDefinition } from '../alarm-definition';

/** CloudWatch namespace of the metrics that filters over the functions' own logs write. */
const functionLogMetricNamespace = (names: Names): string => `${names.prefix}/functions`;

const CALLS_REFUSED = 'calls-refused';

/**
 * Error lines of a function whose call an AWS service refused, as the SDK names the errors of the services that ours
 * call. No metric of AWS counts them: a refused StartSyncExecution, say, is no execution.
 */
const REFUSED =
  '{ ($.errorName = "AccessDenied*") || ($.errorName = "AuthorizationError*") || ($.errorName = "KMSAccessDenied*") }';

/** The filter over a function's own log; all of them count for one alarm. */
export const callsRefused = (names: Names, id: FunctionId) => ({
  filterName: names.of(`${CALLS_REFUSED}-${kebabName(id)}`),
  filterPattern: FilterPattern.literal(REFUSED),
  metricNamespace: functionLogMetricNamespace(names),
  metricName: CALLS_REFUSED,
  metricValue: '1',
});

/** Calls of our functions that AWS refuses. */
export const refusalAlarms = (names: Names): AlarmDefinition[] => [
  {
    id: CALLS_REFUSED,
    severity: 'high',
    owner: 'security',
    why: 'A call of one of our functions is refused, such as the start of a workflow: a grant, a key or an endpoint policy was changed.',
    response:
      'The error line names the function and, in its message, the call. Compare the role, the key and the endpoint policy with the release; nothing is lost, pictures come back to the queue.',
    metric: {
      namespace: functionLogMetricNamespace(names),
      name: CALLS_REFUSED,
      dimensions: {},
      statistic: 'Sum',
    },
    comparison: 'above',
    threshold: 0,
    unit: 'calls',
    periodSeconds: 300,
    evaluationPeriods: 1,
    missingData: 'notBreaching',
  },
];
