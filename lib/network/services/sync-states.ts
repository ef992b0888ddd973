import { LIVE } from '../../names';
import { defineService, READ_AND_WRITE } from '../service-definition';

/** Step Functions answers synchronous starts under a host of its own. */
export const syncStates = defineService({
  name: 'sync-states',
  endpoint: 'interface',
  carries: (action) => action === 'states:StartSyncExecution',
  arnOf: (resource, names) =>
    resource === 'stateMachine:classification' ? names.stateMachineArn : undefined,
  // Starting a state machine's alias is authorized on the machine, and the alias stands in a condition key only.
  // https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html
  conditions: (resource) =>
    resource === 'stateMachine:classification'
      ? { StringEquals: { 'states:StateMachineQualifier': LIVE } }
      : undefined,
  placeholders: (names) => ({ StateMachine: names.stateMachineArn }),
  key: {
    sid: 'UseDataKeyThroughWorkflow',
    page: 'https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html',
    domain: 'data',
    through: () => ['states'],
    actions: () => READ_AND_WRITE,
  },
  networkActivity: false,
  billing: { 'states:StartSyncExecution': 'execution' },
});
