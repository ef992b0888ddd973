import { asked, type Target } from '../../../compliance/rules/proofs/iam/targets';
import { actionsMatching } from '../../../compliance/service-reference/reference';
import { FUNCTION_CALLS } from '../../../lambda/functions';

const target = (action: string, resource: string, context: Record<string, string> = {}): Target => ({
  action,
  resource,
  region: 'us-east-1',
  context,
});
const MACHINE = 'arn:aws:states:us-east-1:777788889999:stateMachine:serverlessapp-prod-classification';

describe('a question that AWS never asks is no proof', () => {
  it.each([
    ['of an action that there is not', target('states:StartSync', MACHINE), /no action/],
    [
      'on a resource of another kind',
      target('states:StartSyncExecution', `${MACHINE}:live`),
      /not authorized/,
    ],
    ['on everything, where AWS asks about one', target('states:StartSyncExecution', '*'), /not authorized/],
    [
      'with a key that does not come',
      target('sqs:SendMessage', 'arn:aws:sqs:us-east-1:777788889999:x', { 's3:x-amz-acl': 'private' }),
      /never asked/,
    ],
  ])('%s', (_what, question, message) => {
    expect(() => asked(question)).toThrow(message);
  });
  it('what it asks stays as it is', () => {
    const question = target('states:StartSyncExecution', MACHINE, { 'states:StateMachineQualifier': 'live' });
    expect(asked(question)).toBe(question);
  });
});

it.each(Object.entries(FUNCTION_CALLS))('%s declares what its actions depend on', (_id, calls) => {
  const declared = calls.map(({ action }): string => action);
  const missing = declared
    .flatMap((action) => actionsMatching(action))
    .flatMap(({ dependentActions }) => dependentActions)
    .filter((action) => !declared.includes(action));
  expect(missing).toEqual([]);
  expect(declared.filter((action) => actionsMatching(action).length !== 1)).toEqual([]);
});
