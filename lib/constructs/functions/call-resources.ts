import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CallResource } from '../../../lambda/aws-calls';
import { FUNCTION_CALLS, type FunctionId } from '../../../lambda/functions';
import { LIVE, type Names } from '../../names';

/** The one ARN that a declared call's resource stands for. */
export function callResourceArn(resource: CallResource, names: Names): string {
  if (resource.startsWith('object:'))
    return `${names.bucketArn(names.pictureBucket)}/${resource.slice('object:'.length)}`;
  const table = names.tableArn(names.detectionLogsTable);
  const arns: Record<Exclude<CallResource, `object:${string}`>, string> = {
    'bucket:pictures': names.bucketArn(names.pictureBucket),
    'table:DetectionLogs': table,
    'index:DetectionLogs/*': `${table}/index/*`,
    'table:ErasureLedger': names.tableArn(names.erasureLedgerTable),
    'topic:review': names.topicArn(names.reviewTopic),
    'stateMachine:classification': names.stateMachineArn,
    'parameter:thresholds': names.parameterArn(names.thresholdsParameter),
    'parameter:clients/*': names.parameterArn(`${names.clientParameterPrefix}/*`),
    'secret:cursor': names.secretArnPattern(names.cursorSecret),
    '*': '*',
  };
  return arns[resource as keyof typeof arns];
}

/**
 * Narrows a call where AWS authorizes it on more than the code names: starting a state machine's alias is authorized on
 * the machine, and the alias stands in a condition key only.
 * https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html
 */
export const callConditions = (resource: CallResource): Record<string, Record<string, string>> | undefined =>
  resource === 'stateMachine:classification'
    ? { StringEquals: { 'states:StateMachineQualifier': LIVE } }
    : undefined;

const sidOf = (resource: string): string => {
  const words = resource === '*' ? ['any', 'resource'] : resource.split(/[^A-Za-z0-9]+/).filter(Boolean);
  return `Call${words.map((word) => `${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`).join('')}`;
};

/** What the function's code may do: its declared calls, one statement for each resource, nothing else. */
export function callStatements(id: FunctionId, names: Names): PolicyStatement[] {
  const byResource = new Map<CallResource, string[]>();
  for (const { action, resource } of FUNCTION_CALLS[id]) {
    byResource.set(resource, [...(byResource.get(resource) ?? []), action]);
  }
  return [...byResource].map(
    ([resource, actions]) =>
      new PolicyStatement({
        sid: sidOf(resource),
        actions,
        resources: [callResourceArn(resource, names)],
        conditions: callConditions(resource) ?? {},
      }),
  );
}
