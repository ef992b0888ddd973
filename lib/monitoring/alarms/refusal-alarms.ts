import { type FunctionId, kebabName } from '../../../lambda/functions';
import type { Names } from '../../names';
import { type AlarmDefinition, WITHIN_FIVE_MINUTES } from '../alarm-definition';
import { atLeastLines, countLines, type LineCount } from '../counted-lines';

const CALLS_REFUSED = 'calls-refused';

/** What the filters over the functions' own logs count. */
const refusedCalls = (names: Names): LineCount => ({
  namespace: `${names.prefix}/functions`,
  name: CALLS_REFUSED,
});

/**
 * Error lines of a function whose call an AWS service refused, as the SDK names the errors of the services that ours
 * call. No metric of AWS counts them: a refused StartSyncExecution, say, is no execution.
 */
const REFUSED =
  '{ ($.errorName = "AccessDenied*") || ($.errorName = "AuthorizationError*") || ($.errorName = "KMSAccessDenied*") }';

/** The filter over a function's own log; all of them count for one alarm. */
export const callsRefused = (names: Names, id: FunctionId) => ({
  filterName: names.of(`${CALLS_REFUSED}-${kebabName(id)}`),
  ...countLines(refusedCalls(names), REFUSED),
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
    ...atLeastLines(refusedCalls(names), 1),
    unit: 'calls',
    ...WITHIN_FIVE_MINUTES,
  },
];
